class Circle { area() { return round(); } }
class Square { area() { return flat(); } }
function round() { return 3; }
function flat() { return 4; }
function first(shape) { return shape.area(); }
function measure(shape) { return shape instanceof Circle && first(shape); }
function other(shape) { return shape instanceof Circle || second(shape); }
function second(shape) { return shape.area(); }
for (const shape of [new Circle(), new Square()]) { measure(shape); other(shape); }
