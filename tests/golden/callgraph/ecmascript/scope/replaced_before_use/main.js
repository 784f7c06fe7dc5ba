function old() {}
function fresh() {}
let f = old;
f = fresh;
f();
