exports.thirteen = function () {};
