const { make } = require('./tools');
const symbols = require('./symbols');
function end() {}
const it = make();
it.write(1);
it[symbols.sinkSym](2);
const bag = { end };
bag[symbols.encodeSym] = end;
bag[symbols.sinkSym] = make;
bag[symbols.encodeSym]();
