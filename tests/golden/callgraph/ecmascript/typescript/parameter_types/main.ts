class Dog { bark(): void {} }
class Cat { bark(): void {} }
export function play(pet: Dog): void { pet.bark(); }
