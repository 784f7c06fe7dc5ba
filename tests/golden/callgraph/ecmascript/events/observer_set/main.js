class Subject {
  #observers = new Set();
  subscribe(f) { this.#observers.add(f); return () => this.#observers.delete(f); }
  notify() { for (const f of this.#observers) f(); }
}
const subject = new Subject();
const stop = subject.subscribe(function seen() {});
subject.notify();
stop();
