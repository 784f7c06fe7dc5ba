function Cat() {}
Cat.prototype.speak = function meow() {};
function Dog() {}
Dog.prototype.speak = function bark() {};
function hear(animal) {
  if (animal instanceof Cat) soft(animal);
  else loud(animal);
}
function soft(animal) { animal.speak(); }
function loud(animal) { animal.speak(); }
hear(new Cat());
hear(new Dog());
