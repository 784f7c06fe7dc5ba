export function seventeen() {}
