function go() {}
class Car { get drive() { return go; } set speed(v) { check(v); } }
function check() {}
const car = new Car();
car.drive();
car.speed = 3;
