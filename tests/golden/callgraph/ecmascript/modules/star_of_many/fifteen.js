export function fifteen() {}
