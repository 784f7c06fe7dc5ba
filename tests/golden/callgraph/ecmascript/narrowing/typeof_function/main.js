function plugin() {}
plugin.install = function byFunction() {};
const module_ = { install() { return used(); } };
function used() {}
function use(item) {
  if (typeof item === "function") first(item);
  else second(item);
}
function first(item) { item.install(); }
function second(item) { item.install(); }
use(plugin);
use(module_);
