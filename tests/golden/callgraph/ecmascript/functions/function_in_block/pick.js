export function pick() { return true; }
