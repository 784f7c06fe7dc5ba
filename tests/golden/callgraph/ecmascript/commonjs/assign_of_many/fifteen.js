exports.fifteen = function () {};
