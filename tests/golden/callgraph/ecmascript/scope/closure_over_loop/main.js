function a() {}
function b() {}
const made = [];
for (const f of [a, b]) made.push(() => f());
for (const g of made) g();
