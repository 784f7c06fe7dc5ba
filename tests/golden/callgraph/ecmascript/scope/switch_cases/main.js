function one() {}
function two() {}
function choose(n) {
  let f;
  switch (n) { case 1: f = one; break; default: f = two; }
  f();
}
choose(1);
choose(2);
