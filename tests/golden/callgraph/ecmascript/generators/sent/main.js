function* sink() { const f = yield; f(); }
const it = sink();
it.next();
it.next(function given() {});
