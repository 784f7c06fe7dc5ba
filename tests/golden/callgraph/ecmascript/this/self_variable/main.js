function Widget() { const self = this; self.draw = function () { self.done(); }; self.done = function () {}; }
new Widget().draw();
