export function four() {}
