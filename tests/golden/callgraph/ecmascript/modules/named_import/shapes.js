export function area(side) { return square(side); }
export const scale = (n) => n * 2;
function square(n) { return n * n; }
