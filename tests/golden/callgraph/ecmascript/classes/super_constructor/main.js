class Base { constructor(f) { this.f = f; f(); } }
class Derived extends Base { constructor() { super(hello); this.f(); } }
function hello() {}
new Derived();
