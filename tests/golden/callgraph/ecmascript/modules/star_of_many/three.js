export function three() {}
