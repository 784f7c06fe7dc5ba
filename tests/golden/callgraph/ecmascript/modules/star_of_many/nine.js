export function nine() {}
