class Inner { ping() {} }
class Outer { constructor() { this.parts = { inner: new Inner() }; } go() { this.parts.inner.ping(); } }
new Outer().go();
