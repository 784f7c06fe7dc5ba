function plugin() {}
plugin.install = function byFunction() {};
class Module { install() { return used(); } }
function used() {}
const use = (item) => ("function" == typeof item ? first(item) : second(item));
function first(item) { item.install(); }
function second(item) { item.install(); }
use(plugin);
use(new Module());
