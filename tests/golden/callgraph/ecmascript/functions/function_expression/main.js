const twice = function (f) { f(); f(); };
twice(function tick() {});
