exports.eleven = function () {};
