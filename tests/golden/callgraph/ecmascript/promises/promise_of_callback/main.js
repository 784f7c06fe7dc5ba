function sleep() { return new Promise((done) => setTimeout(done, 1)); }
async function run() { await sleep(); after(); }
function after() {}
run();
