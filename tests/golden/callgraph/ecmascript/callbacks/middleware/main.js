class App {
  constructor() { this.stack = []; }
  use(fn) { this.stack.push(fn); return this; }
  handle() { this.next(0); }
  next(i) { const fn = this.stack[i]; if (fn) fn(() => this.next(i + 1)); }
}
const app = new App();
app.use(function logger(next) { next(); }).use((next) => next());
app.handle();
