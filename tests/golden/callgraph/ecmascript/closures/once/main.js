function once(f) { let done = false; let value; return function () { if (!done) { done = true; value = f.apply(this, arguments); } return value; }; }
const setup = once(() => ready());
function ready() {}
setup();
