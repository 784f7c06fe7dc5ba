class Base { save() { } }
class Derived extends Base { save() { super.save(); this.log(); } log() {} }
new Derived().save();
