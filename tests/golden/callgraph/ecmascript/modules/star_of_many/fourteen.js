export function fourteen() {}
