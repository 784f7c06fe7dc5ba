export function twentysix() {}
