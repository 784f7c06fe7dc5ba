function plugin() {}
plugin.install = function byFunction() {};
class Module { install() { return used(); } }
function used() {}
function use(item) {
  if (typeof item !== "object") return first(item);
  return second(item);
}
function first(item) { item.install(); }
function second(item) { item.install(); }
use(plugin);
use(new Module());
