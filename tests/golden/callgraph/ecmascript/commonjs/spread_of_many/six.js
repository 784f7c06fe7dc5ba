exports.six = function () {};
