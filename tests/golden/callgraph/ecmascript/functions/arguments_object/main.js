function target() {}
function run() { const f = arguments[0]; f(); }
run(target);
