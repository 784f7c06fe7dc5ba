function standard() {}
function other() {}
function run(action = standard) { action(); }
run();
run(other);
