export function twentyseven() {}
