function seed() { return () => {}; }
class Store { value = seed(); static shared = seed(); }
const store = new Store();
store.value();
