function goal() {}
const a = goal;
let b = a;
const c = b;
c();
