class Circle { area() { return round(); } }
class Square { area() { return flat(); } }
function round() { return 3; }
function flat() { return 4; }
let current = new Circle();
function swap() { current = new Square(); }
function first(shape) { shape.area(); }
if (current instanceof Circle) {
  first(current);
  swap();
  first(current);
}
