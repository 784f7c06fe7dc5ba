exports.fourteen = function () {};
