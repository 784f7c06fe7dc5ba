class Bag {
  constructor(items) { this.items = items; }
  *[Symbol.iterator]() { for (const item of this.items) yield item; }
}
for (const f of new Bag([one, two])) f();
function one() {}
function two() {}
