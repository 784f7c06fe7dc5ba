class Circle { area() { return round(); } }
class Square { area() { return flat(); } }
function round() { return 3; }
function flat() { return 4; }
class Holder {
  constructor() { this.shape = new Circle(); }
  grow() { this.shape = new Square(); }
  measure() {
    if (this.shape instanceof Circle) {
      first(this.shape);
      this.grow();
      first(this.shape);
    }
  }
}
function first(shape) { shape.area(); }
new Holder().measure();
