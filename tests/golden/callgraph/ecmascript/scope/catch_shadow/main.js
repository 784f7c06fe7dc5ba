function error() {}
function run() {
  try { throw 1; } catch (error) { void error; }
  error();
}
run();
