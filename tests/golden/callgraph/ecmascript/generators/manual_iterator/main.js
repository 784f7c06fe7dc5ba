class Range { [Symbol.iterator]() { return new Steps(); } }
class Steps { constructor() { this.n = 0; } next() { return { done: this.n++ > 0, value: hit }; } }
function hit() {}
for (const f of new Range()) f();
const [first] = new Range();
first();
