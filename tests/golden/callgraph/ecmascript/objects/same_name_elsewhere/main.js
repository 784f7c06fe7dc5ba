const left = { go() {} };
const right = { go() {} };
function use(thing) { thing.go(); }
left.go();
use(right);
