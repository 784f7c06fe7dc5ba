function a() {}
function b() {}
const map = new Map([['a', a]]);
map.set('b', b);
map.get('b')();
map.get('a')();
map.forEach((f) => f());
for (const [, f] of map) f();
