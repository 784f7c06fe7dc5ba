function Set2() {}
const proto = Set2.prototype;
proto.add = function () { this.has(); };
proto.has = function () {};
new Set2().add();
