class Base { static of() { return new this(); } hello() {} }
class Derived extends Base { static from() { return super.of(); } hello() {} }
Derived.from().hello();
