class Panel {
  constructor() { this.open = this.open.bind(this); }
  open() { this.show(); }
  show() {}
}
const { open } = new Panel();
open();
