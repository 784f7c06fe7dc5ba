const hidden = new WeakMap();
class Box { constructor(f) { hidden.set(this, { f }); } run() { hidden.get(this).f(); } }
new Box(function inside() {}).run();
