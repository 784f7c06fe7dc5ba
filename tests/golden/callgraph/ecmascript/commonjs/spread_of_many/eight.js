exports.eight = function () {};
