class Even {
  static [Symbol.hasInstance](item) { return item.even; }
}
class Two { get even() { return true; } show() { return two(); } }
function two() {}
function visit(item) {
  if (item instanceof Even) paired(item);
}
function paired(item) { item.show(); }
visit(new Two());
