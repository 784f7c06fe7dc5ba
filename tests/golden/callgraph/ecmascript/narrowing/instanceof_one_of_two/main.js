class Add { run() { return one(); } }
class Sub { run() { return two(); } }
class Mul { run() { return three(); } }
function one() {}
function two() {}
function three() {}
function step(task) {
  if (task instanceof Add || task instanceof Sub) linear(task);
  else if (task instanceof Mul) product(task);
  else never(task);
}
function linear(task) { task.run(); }
function product(task) { task.run(); }
function never(task) { task.run(); }
[new Add(), new Sub(), new Mul()].map(step);
