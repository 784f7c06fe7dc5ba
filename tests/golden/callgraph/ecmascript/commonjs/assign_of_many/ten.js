exports.ten = function () {};
