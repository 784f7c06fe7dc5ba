class Circle { area() { return round(); } }
class Square { area() { return flat(); } }
function round() { return 3; }
function flat() { return 4; }
const first = (shape) => shape.area();
const second = (shape) => shape.area();
const measure = (shape) => (shape instanceof Circle ? first(shape) : second(shape));
measure(new Circle());
measure(new Square());
