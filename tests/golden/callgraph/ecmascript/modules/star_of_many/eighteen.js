export function eighteen() {}
