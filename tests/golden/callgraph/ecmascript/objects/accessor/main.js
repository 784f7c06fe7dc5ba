function hidden() {}
const box = { get key() { return hidden; } };
box.key();
