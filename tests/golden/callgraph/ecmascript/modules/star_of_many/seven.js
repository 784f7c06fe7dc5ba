export function seven() {}
