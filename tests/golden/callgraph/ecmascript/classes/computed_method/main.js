const name = 'dance';
class Act { [name]() { this.bow(); } bow() {} ['sing']() {} }
new Act().sing();
