class Circle { area() { return round(); } }
class Square { area() { return flat(); } }
function round() { return 3; }
function flat() { return 4; }
class Holder {
  constructor(shape) { this.shape = shape; }
  measure() {
    if (this.shape instanceof Circle) first(this.shape);
    else second(this.shape);
  }
}
function first(shape) { shape.area(); }
function second(shape) { shape.area(); }
new Holder(new Circle()).measure();
new Holder(new Square()).measure();
