function a() {}
const set = new Set([a]);
for (const f of set) f();
[...set].forEach((f) => f());
set.forEach((f) => f());
