function first(cb) { cb(second); }
function second(cb) { cb(); }
first((next) => next(function last() {}));
