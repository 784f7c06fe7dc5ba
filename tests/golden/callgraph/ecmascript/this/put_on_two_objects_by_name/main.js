const first = {};
const second = {};
first.change = function () {};
second.change = function () {};
function update() {
  this.change();
}
first.update = update;
second.update = update;
module.exports = { first, second };
