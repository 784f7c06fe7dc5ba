class Tree {
  constructor(private readonly below: Tree[]) {}

  get depth(): number {
    return this.below.length;
  }
}

class Flat {
  depth = 0;
}

function given(x: any) {
  return x.depth;
}

function mapped() {
  return [new Tree([])].map((each) => each.depth);
}

function flat(x: any) {
  return x.depth;
}

given(new Tree([]));
mapped();
flat(new Flat());
