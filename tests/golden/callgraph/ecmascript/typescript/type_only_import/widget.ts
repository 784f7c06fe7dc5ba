export class Widget { draw(): void {} }
export function make(): Widget { return new Widget(); }
