import { EventEmitter } from 'node:events';
const bus = new EventEmitter();
bus.on('open', function opened() {});
bus.once('shut', () => closed());
bus.emit('open');
bus.emit('shut');
function closed() {}
