export function twentythree() {}
