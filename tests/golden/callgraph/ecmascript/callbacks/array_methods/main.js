function double(n) { return n * 2; }
const big = (n) => n > 2;
const list = [1, 2, 3];
list.map(double).filter(big).forEach(function show(n) { use(n); });
function use() {}
