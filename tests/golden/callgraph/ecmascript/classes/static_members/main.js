class Shape {
  static create() { return new this(); }
  static defaults = { make() { return 1; } };
  area() { return Shape.unit(); }
  static unit() { return 1; }
}
Shape.create().area();
Shape.defaults.make();
