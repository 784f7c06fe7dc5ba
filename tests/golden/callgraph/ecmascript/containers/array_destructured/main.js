function a() {}
function b() {}
function c() {}
const [first, , ...rest] = [a, b, c];
first();
rest[0]();
