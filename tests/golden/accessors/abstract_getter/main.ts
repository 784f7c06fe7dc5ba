export abstract class Base {
  abstract get id(): string;

  label(): string {
    return "<" + this.id;
  }
}

export class Square extends Base {
  get id(): string {
    return "sq";
  }
}

new Square().label();
