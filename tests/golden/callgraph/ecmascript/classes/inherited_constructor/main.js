class Base { constructor() { this.init(); } init() {} }
class Derived extends Base { init() { } }
new Derived();
