export function thirteen() {}
