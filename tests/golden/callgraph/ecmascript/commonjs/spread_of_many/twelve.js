exports.twelve = function () {};
