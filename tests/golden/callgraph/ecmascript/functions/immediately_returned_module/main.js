const counter = (function () {
  function bump() { check(); }
  function check() {}
  return { bump, reset: () => check() };
})();
counter.bump();
counter.reset();
