function hidden() {}
const table = { run() { hidden(); } };
export { hidden as out, table };
