function a() {}
function b() {}
function all(first, ...rest) { first(); for (const f of rest) f(); }
all(a, b);
