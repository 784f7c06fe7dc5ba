function shared() {}
class Button {
  click = () => this.fire();
  press = shared;
  fire() { this.press(); }
}
const { click } = new Button();
click();
