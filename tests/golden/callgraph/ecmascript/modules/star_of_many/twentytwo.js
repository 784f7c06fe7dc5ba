export function twentytwo() {}
