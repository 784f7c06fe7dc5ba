class Registry {
  static list;
  static { Registry.setup(); }
  static setup() { Registry.list = []; }
}
