const Flying = (Base) => class extends Base { fly() { this.flap(); } };
class Bird { flap() {} }
class Duck extends Flying(Bird) { quack() { this.fly(); } }
new Duck().quack();
