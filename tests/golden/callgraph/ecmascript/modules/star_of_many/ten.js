export function ten() {}
