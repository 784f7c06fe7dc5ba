const list = { *[Symbol.iterator]() { yield step; } };
function step() {}
for (const each of list) each();
Array.from(list, (f) => f());
