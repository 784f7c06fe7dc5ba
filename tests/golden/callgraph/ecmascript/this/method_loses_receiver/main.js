class Timer { start() { later(() => this.tick()); } tick() {} }
function later(f) { f(); }
new Timer().start();
