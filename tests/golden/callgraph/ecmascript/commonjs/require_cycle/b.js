const a = require('./a');
exports.help = () => a.base();
