const { inherits } = require('util');
function Base() {}
Base.prototype.open = function () {};
function Door() {}
inherits(Door, Base);
new Door().open();
