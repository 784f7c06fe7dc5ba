function plugin() {}
plugin.install = function byFunction() {};
class Module { install() { return used(); } }
function used() {}
function use(item) {
  switch (typeof item) {
    case "function":
      first(item);
      break;
    case "object":
      second(item);
      break;
    case "string":
      third(item);
  }
}
function first(item) { item.install(); }
function second(item) { item.install(); }
function third(item) { item.install(); }
use(plugin);
use(new Module());
