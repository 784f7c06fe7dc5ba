exports.four = function () {};
