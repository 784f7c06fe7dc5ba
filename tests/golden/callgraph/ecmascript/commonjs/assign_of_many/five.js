exports.five = function () {};
