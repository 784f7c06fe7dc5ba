class Emitter { on(name: 'a'): void; on(name: 'b'): void; on(name: string): void { this.add(name); } private add(name: string): void {} }
new Emitter().on('a');
