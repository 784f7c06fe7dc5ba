const trim = (x) => x;
const lower = (x) => x;
const compose = (f, g) => (x) => f(g(x));
compose(trim, lower)('A');
