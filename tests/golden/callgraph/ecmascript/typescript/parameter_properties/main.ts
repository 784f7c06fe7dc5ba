class Store { read(): number { return 1; } }
class Logger { log(): void {} }
class Service {
  constructor(private readonly store: Store, public logger: Logger, plain: Store) { plain.read(); }
  run(): number { this.logger.log(); return this.store.read(); }
}
new Service(new Store(), new Logger(), new Store()).run();
