export function upper() {}
export function deeper() {}
