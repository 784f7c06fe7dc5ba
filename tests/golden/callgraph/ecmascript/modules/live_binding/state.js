export let current = first;
export function choose() { current = second; }
function first() {}
function second() {}
