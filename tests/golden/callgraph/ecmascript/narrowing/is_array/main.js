class Group { forEach(act) { act(1); } }
function each(items) {
  if (Array.isArray(items)) many(items);
  else grouped(items);
}
function many(items) { items.forEach(one); }
function grouped(items) { items.forEach(two); }
function one() {}
function two() {}
each([1, 2]);
each(new Group());
