import { EventEmitter } from 'node:events';
class Bus extends EventEmitter { constructor() { super(); this.setup(); } setup() { this.on('x', noop); } }
function noop() {}
new Bus();
