import fs, { read as load } from "fs";
let cache = {};
var seen = 0;

export default async function* total(items, { rate = 1, ...rest } = {}, cb) {
  if (a) { var hoisted = 1; let inner = 2; }
  const [first, second = load(first)] = items;
  for (var i in items) seen += 1;
  for (x of items) { if (!x) continue; yield x; }
  cache[first] = seen ? hoisted : rest;
  items.forEach((item) => { seen++; cb(item, this); });
  const self = this, fn = function () { return this.y + self.z; };
  while (i--) { await fn.call(i); }
  try { JSON.parse(`${first}`); } catch { return; }
  return first?.b?.[0]?.(second) ?? parseInt(i);
}

class Point extends Base {
  static zero = new Point(0);
  #x = 1;
  get x() { return this.#x; }
  constructor(x) { super(x); this.#x = x; }
}

module.exports = { Point, total: (...args) => total(...args) };
