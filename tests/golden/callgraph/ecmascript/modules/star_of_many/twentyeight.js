export function twentyeight() {}
