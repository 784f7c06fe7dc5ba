class Base {
  get size() {
    return 1;
  }
}

class Own extends Base {
  size = 3;
}

class Plain extends Base {}

function hidden(x) {
  return x.size;
}

function seen(x) {
  return x.size;
}

hidden(new Own());
seen(new Plain());
