exports.seven = function () {};
