const base = { greet() { } };
const person = { __proto__: base, call() { this.greet(); } };
person.call();
person.greet();
