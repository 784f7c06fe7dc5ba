exports.run = () => b.help();
exports.base = () => {};
const b = require('./b');
