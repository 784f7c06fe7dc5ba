class Task { constructor(fn) { this.fn = fn; } run() { return this.fn(); } }
function first() {}
function second() {}
new Task(first).run();
new Task(second).run();
