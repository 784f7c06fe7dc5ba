const KINDS = { A: 'a', B: 'b' };
const table = { a() {}, b() {} };
table[KINDS.A]();
