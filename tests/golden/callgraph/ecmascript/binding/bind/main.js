function greet() { this.hello(); }
const person = { hello() {} };
const bound = greet.bind(person);
bound();
