function apply2(f, g) { f(); g(); this.end(); }
function a() {}
function b() {}
const o = { end() {} };
apply2.call(o, a, b);
apply2.apply(o, [b, a]);
