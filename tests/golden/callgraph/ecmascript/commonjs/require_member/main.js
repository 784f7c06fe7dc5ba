const parse = require('./codec').parse;
parse();
require('./codec').format();
