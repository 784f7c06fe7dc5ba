export function eleven() {}
