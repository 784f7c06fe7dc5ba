class Engine { start() {} }
class Car { #engine = new Engine(); get engine() { return this.#engine; } }
new Car().engine.start();
