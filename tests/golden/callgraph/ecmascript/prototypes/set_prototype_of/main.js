const base = { greet() { this.name(); } };
const person = { name() {} };
Object.setPrototypeOf(person, base);
person.greet();
