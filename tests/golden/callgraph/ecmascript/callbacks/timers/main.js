function tick() {}
setTimeout(tick, 1);
setTimeout(() => later(), 0);
queueMicrotask(soon);
function later() {}
function soon() {}
