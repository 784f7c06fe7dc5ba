function a() {}
function b() {}
function both(x, y) { x(); y(); }
const given = [a, b];
both(...given);
