function old() {}
function fresh() {}
let f = old;
f();
f = fresh;
f();
