function make() { let handler = () => {}; return { set(f) { handler = f; }, fire() { handler(); } }; }
const it = make();
it.fire();
it.set(function custom() {});
it.fire();
