export function cut() {}
export function glue() {}
