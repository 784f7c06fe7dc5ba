function Base() {}
Base.prototype.hello = function () { this.name(); };
function Derived() { Base.call(this); }
Derived.prototype = Object.create(Base.prototype);
Derived.prototype.name = function () {};
new Derived().hello();
