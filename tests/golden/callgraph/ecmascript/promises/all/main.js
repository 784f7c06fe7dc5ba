async function one() { return function first() {}; }
async function two() { return function second() {}; }
const [a, b] = await Promise.all([one(), two()]);
a();
b();
export {};
