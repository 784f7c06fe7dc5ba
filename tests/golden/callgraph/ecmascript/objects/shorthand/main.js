function load() {}
function save() {}
const io = { load, save };
io.load();
const { save: store } = io;
store();
