class Branch {
  constructor(next) { this.next = next; }
  show() { return wood(); }
}
class Leaf { show() { return green(); } }
function wood() {}
function green() {}
function walk(node) {
  while (node instanceof Branch) {
    inner(node);
    node = node.next;
  }
  last(node);
}
function inner(node) { node.show(); }
function last(node) { node.show(); }
walk(new Branch(new Branch(new Leaf())));
