export function step() {}
