class View {
  render() { each.call(this, function () { this.paint(); }); }
  paint() {}
}
function each(f) { f.call(this); }
new View().render();
