class Money { toString() { return format(1); } valueOf() { return 2; } }
function format(n) { return String(n); }
const text = `${new Money()}`;
