const { Wheel } = require('./wheel');
exports.make = function () { return new Wheel(); };
