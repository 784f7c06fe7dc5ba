export function twelve() {}
