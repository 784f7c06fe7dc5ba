const proto = { run() { this.stop(); }, stop() {} };
const thing = Object.create(proto);
thing.run();
