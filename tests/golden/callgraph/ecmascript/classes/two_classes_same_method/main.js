class Cat { speak() { this.purr(); } purr() {} }
class Dog { speak() { this.bark(); } bark() {} }
const cat = new Cat();
cat.speak();
const pets = [new Dog()];
pets[0].speak();
