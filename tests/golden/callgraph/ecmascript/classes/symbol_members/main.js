const kClose = Symbol('close');
const kName = Symbol('name');
const kMake = Symbol('make');
class Base {
  static [kMake]() { return new this(); }
  close() { return this[kClose](); }
  [kClose]() { return 1; }
  [kName]() { return 'base'; }
}
class Part extends Base {
  [kClose]() { return super[kClose]() + this[kName]().length; }
}
const part = Part[kMake]();
part.close();
new Base().close();
