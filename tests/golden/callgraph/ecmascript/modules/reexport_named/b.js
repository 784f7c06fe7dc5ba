export function original() {}
