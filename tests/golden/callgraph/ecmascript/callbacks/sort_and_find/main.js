const order = (x, y) => rank(x) - rank(y);
function rank(x) { return x.n; }
const found = [{ n: 2, go() {} }, { n: 1, go() {} }].sort(order).find((x) => x.n === 1);
found.go();
