class Box<T> { private value: T; constructor(value: T) { this.value = value; } get(): T { return this.value; } }
class Toy { play(): void {} }
new Box<Toy>(new Toy()).get().play();
function identity<U>(value: U): U { return value; }
identity(new Toy()).play();
