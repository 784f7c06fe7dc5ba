class Api { async get() { return new Reply(); } }
class Reply { async json() { return { use() {} }; } }
async function run() { const body = await (await new Api().get()).json(); body.use(); }
run();
