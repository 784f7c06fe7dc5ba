'use strict';
const { encodeSym, sinkSym } = require('./symbols');
function write(x) {
  const encode = this[encodeSym];
  return encode(x);
}
function enc(x) { return x; }
function sink(x) { return x; }
function unrelated() {}
function make() { return { [encodeSym]: enc, [sinkSym]: sink, write, unrelated }; }
module.exports = { make };
