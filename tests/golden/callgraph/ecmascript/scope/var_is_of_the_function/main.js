function outer() {}
function run(flag) {
  if (flag) { var action = outer; }
  action();
}
run(true);
