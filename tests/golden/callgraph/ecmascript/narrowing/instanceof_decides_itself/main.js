class Even {
  static [Symbol.hasInstance](item) { return item.even; }
}
class Two { get even() { return true; } show() { return two(); } }
class Three { get even() { return false; } show() { return three(); } }
function two() {}
function three() {}
function visit(item) {
  if (item instanceof Even) paired(item);
  else single(item);
}
function paired(item) { item.show(); }
function single(item) { item.show(); }
visit(new Two());
visit(new Three());
