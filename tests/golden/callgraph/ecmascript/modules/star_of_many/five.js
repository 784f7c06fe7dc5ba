export function five() {}
