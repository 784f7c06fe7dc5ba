export function twentyfour() {}
