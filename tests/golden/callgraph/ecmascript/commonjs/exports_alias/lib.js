const self = (module.exports = {});
self.a = function () {};
self.b = function () { self.a(); };
