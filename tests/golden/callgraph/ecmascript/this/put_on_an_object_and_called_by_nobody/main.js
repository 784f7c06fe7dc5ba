const app = module.exports = {};
app.init = function () { this.defaults(); };
app.defaults = function () { this.set('a', 1); };
app.set = function (name, value) { return [name, value]; };
['get', 'post'].forEach((method) => {
  app[method] = function () { return this.set(method, 2); };
});
