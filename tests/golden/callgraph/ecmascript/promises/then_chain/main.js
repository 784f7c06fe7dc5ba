function load() { return Promise.resolve({ show() {} }); }
load().then((page) => { page.show(); return done; }).then((f) => f());
function done() {}
