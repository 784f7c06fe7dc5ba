export class Base {
  get id() {
    return "b";
  }

  label() {
    const s = "<" + this.id;
    return s;
  }
}

class Square extends Base {
  get id() {
    return "sq";
  }
}

export function main() {
  const q = new Square();
  return q.label();
}
main();
