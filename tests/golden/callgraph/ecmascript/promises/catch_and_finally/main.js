function fail() { throw new Error('x'); }
Promise.resolve().then(fail).catch(function mend(error) { report(error); }).finally(clean);
function report() {}
function clean() {}
