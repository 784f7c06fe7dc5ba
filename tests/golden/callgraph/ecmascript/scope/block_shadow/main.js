function x() {}
function run() {
  { const x = () => {}; x(); }
  x();
}
run();
