export function far() { }
function near() {}
