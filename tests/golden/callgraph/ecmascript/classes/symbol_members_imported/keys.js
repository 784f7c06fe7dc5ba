exports.kClose = Symbol('close');
exports.kName = Symbol('name');
