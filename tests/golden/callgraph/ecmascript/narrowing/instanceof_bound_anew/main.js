class Circle { area() { return round(); } }
class Square { area() { return flat(); } }
function round() { return 3; }
function flat() { return 4; }
function measure(shape) {
  if (shape instanceof Circle) {
    shape = new Square();
    first(shape);
  }
}
function first(shape) { shape.area(); }
measure(new Circle());
measure(new Square());
