export function clone() {}
