class Base { show() { return base(); } }
const Loud = (Parent) => class extends Parent { shout() { return loud(); } };
class Mixed extends Loud(Base) {}
class Apart { show() { return apart(); } }
function base() {}
function loud() {}
function apart() {}
function visit(item) {
  if (item instanceof Base) known(item);
  else unknown(item);
}
function known(item) { item.show(); }
function unknown(item) { item.show(); }
visit(new Mixed());
visit(new Apart());
