export function last() {}
