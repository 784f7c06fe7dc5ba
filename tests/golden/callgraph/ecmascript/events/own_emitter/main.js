class Emitter {
  constructor() { this.handlers = {}; }
  on(name, handler) { (this.handlers[name] ||= []).push(handler); }
  emit(name, value) { (this.handlers[name] || []).forEach((handler) => handler(value)); }
}
const emitter = new Emitter();
emitter.on('a', function heard(value) { value(); });
emitter.emit('a', function payload() {});
