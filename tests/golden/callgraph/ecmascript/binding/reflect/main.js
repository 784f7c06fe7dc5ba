function f(g) { g(); }
function g() {}
class K { constructor() { this.go(); } go() {} }
Reflect.apply(f, null, [g]);
Reflect.construct(K, []);
