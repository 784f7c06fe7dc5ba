const { kClose, kName } = require('./keys');
class Base {
  close() { return this[kClose](); }
  [kClose]() { return 1; }
  [kName]() { return 'base'; }
}
class Part extends Base {
  [kClose]() { return this[kName]().length; }
}
class Other {
  [kClose]() { return 3; }
  run() { return this[kClose](); }
}
new Part().close();
new Other().run();
