const util = require('util');
const proto = module.exports = {
  inspect() { return this.toJSON(); },
  toJSON() { return this.get('a'); },
  get(field) { return field; },
};
if (util.inspect.custom) {
  module.exports[util.inspect.custom] = module.exports.inspect;
}
proto.inspect();
