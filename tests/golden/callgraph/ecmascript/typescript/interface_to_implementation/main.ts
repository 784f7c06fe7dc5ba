interface Shape { area(): number; }
class Square implements Shape { area(): number { return side(); } }
class Circle implements Shape { area(): number { return 3; } }
function side(): number { return 1; }
function total(shapes: Shape[]): number { let sum = 0; for (const shape of shapes) sum += shape.area(); return sum; }
total([new Square(), new Circle()]);
