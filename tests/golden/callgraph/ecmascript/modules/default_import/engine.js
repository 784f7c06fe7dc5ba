export default function ignite() { spark(); }
export function stop() {}
function spark() {}
