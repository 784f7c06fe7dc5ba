const walk = (n) => (n > 0 ? walk(n - 1) : done());
function done() {}
walk(2);
