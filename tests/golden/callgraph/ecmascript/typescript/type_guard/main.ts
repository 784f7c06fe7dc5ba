class Fish { swim(): void {} }
class Bird { fly(): void {} }
function isFish(pet: Fish | Bird): pet is Fish { return pet instanceof Fish; }
function move(pet: Fish | Bird): void { if (isFish(pet)) pet.swim(); else pet.fly(); }
move(new Fish());
move(new Bird());
