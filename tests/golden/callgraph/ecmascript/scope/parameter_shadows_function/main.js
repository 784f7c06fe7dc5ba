function task() {}
function other() {}
function run(task) { task(); }
run(other);
task();
