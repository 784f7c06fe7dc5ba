class Point { move(): void {} }
type P = Point;
export function shift(p: P): void { p.move(); }
