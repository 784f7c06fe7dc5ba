export function six() {}
