function read(name, callback) { callback(null, name); }
read('x', (error, data) => finish(data));
function finish() {}
