function memoize(fn) { const cache = new Map(); return function (key) { if (!cache.has(key)) cache.set(key, fn(key)); return cache.get(key); }; }
const slow = memoize(function compute(n) { return n; });
slow(1);
