function item() {}
function run(list) {
  for (const item of list) item;
  for (let item = 0; item < 1; item++) item;
  item();
}
run([1]);
