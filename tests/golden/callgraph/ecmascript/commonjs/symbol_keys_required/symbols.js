'use strict';
const encodeSym = Symbol('encode');
const sinkSym = Symbol('sink');
module.exports = { encodeSym, sinkSym };
