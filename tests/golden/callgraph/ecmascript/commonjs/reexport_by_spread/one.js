exports.one = function () {};
