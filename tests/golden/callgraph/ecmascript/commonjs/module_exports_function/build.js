module.exports = build;
module.exports.fast = function () { build(); };
function build() {}
