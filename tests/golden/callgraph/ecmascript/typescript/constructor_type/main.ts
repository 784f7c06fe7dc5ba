class Pump { start(): void {} }
function create<T>(kind: new () => T): T { return new kind(); }
create(Pump).start();
