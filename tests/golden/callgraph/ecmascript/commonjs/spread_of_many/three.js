exports.three = function () {};
