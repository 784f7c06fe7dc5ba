const encode = Symbol('encode');
const sink = Symbol('sink');
const shared = Symbol.for('shared');
function enc(x) { return String(x); }
function drop(x) { return x; }
function share(x) { return x; }
function other(x) { return x; }
function late(x) { return x; }
const box = { [encode]: enc, [sink]: drop, [shared]: share, other, run(x) { return this[encode](x); } };
box.run(1);
function pour(target, x) { return target[sink](x); }
pour(box, 2);
box[Symbol.for('shared')](3);
const after = Symbol('after');
box[after] = late;
const { [after]: taken } = box;
taken(4);
