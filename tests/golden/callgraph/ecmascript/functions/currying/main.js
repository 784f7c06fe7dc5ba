function done() {}
const add = (a) => (b) => (c) => { done(); return a + b + c; };
add(1)(2)(3);
