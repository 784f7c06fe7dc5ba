class Node { show() { return plain(); } }
class Leaf extends Node { show() { return leaf(); } }
class Other { show() { return other(); } }
function plain() {}
function leaf() {}
function other() {}
function visit(item) {
  if (item instanceof Node) inside(item);
  else outside(item);
}
function inside(item) { item.show(); }
function outside(item) { item.show(); }
visit(new Node());
visit(new Leaf());
visit(new Other());
