function a() {}
function b() {}
const both = [a].concat([b]);
both.forEach((f) => f());
both.slice(1)[0]();
both.pop()();
both.pop()();
