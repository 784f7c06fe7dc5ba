export function eight() {}
