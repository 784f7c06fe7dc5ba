function Base() { this.size = sized(); }
function sized() { return 1; }
const shapes = { Base, name: 'shapes' };
class Part extends shapes.Base {
  constructor() { super(); }
}
class Whole extends shapes.Base {}
new Part();
new Whole();
