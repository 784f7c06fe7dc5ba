export function twentyfive() {}
