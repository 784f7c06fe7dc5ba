function inner() {}
function outer() { return inner; }
outer()();
const f = outer();
f();
