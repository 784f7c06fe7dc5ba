function counter(step) { let n = 0; return { up() { n = step(n); }, get value() { return n; } }; }
const c = counter(function inc(n) { return n + 1; });
c.up();
