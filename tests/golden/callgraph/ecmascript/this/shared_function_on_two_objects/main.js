function speak() { this.sound(); }
const dog = { speak, sound() {} };
const cat = { speak, sound() {} };
dog.speak();
cat.speak();
