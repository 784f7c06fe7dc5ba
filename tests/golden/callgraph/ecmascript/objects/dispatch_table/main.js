const actions = { start() {}, stop() {} };
function dispatch(name) { return actions[name](); }
dispatch('start');
dispatch('stop');
