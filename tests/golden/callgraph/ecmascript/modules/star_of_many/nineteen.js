export function nineteen() {}
