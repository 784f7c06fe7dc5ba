export function sixteen() {}
