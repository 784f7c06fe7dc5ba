function Stack() {}
function push() { this.check(); }
Stack.prototype.push = push;
Stack.prototype.check = function check() {};
new Stack().push();
