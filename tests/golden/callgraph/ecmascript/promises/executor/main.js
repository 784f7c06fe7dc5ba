function work() {}
const waiting = new Promise((resolve) => { resolve(work); });
waiting.then((f) => f());
