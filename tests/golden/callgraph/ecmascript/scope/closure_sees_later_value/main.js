function before() {}
function after() {}
let current = before;
function run() { current(); }
run();
current = after;
run();
