export function own() {}
export function lower() {}
