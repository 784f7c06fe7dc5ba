const { kOpen, kShut } = require('./names');
function Door() {
  this[kOpen] = open;
  this[kShut] = shut;
}
function open() { return 1; }
function shut() { return 2; }
Door.prototype.use = function use() { return this[kOpen](); };
new Door().use();
