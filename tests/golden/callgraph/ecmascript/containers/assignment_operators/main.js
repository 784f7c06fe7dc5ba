function usual() {}
const options = {};
options.run ??= usual;
options.run();
let f = null;
f ||= usual;
f();
