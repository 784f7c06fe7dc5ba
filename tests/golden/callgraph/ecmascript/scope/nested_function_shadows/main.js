function helper() {}
function run() { function helper() {} helper(); }
run();
helper();
