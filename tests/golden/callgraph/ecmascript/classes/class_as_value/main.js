class A { go() {} }
class B { go() {} }
function make(Kind) { return new Kind(); }
make(A).go();
const kinds = { a: A, b: B };
new kinds.b().go();
