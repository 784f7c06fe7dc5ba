const add = (f, g) => () => { f(); g(); };
function a() {}
function b() {}
const both = [a, b].reduce((f, g) => add(f, g));
both();
