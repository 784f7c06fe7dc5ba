function make() { return 1; }
function run(value = make()) { return value; }
run();
