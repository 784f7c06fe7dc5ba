function Animal(name) { this.name = name; this.setup(); }
Animal.prototype.setup = function () {};
Animal.prototype.speak = function () { this.sound(); };
Animal.prototype.sound = function () {};
new Animal('a').speak();
