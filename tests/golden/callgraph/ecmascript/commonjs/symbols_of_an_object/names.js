module.exports = {
  kOpen: Symbol('open'),
  kShut: Symbol('shut'),
};
