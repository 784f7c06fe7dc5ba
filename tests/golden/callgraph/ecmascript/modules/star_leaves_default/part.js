export default function whole() {}
export function part() {}
