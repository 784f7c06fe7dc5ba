export function twenty() {}
