exports.nine = function () {};
