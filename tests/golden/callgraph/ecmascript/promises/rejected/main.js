async function risky() { throw new Trouble(); }
class Trouble extends Error { tell() {} }
async function run() { try { await risky(); } catch (error) { error.tell(); } }
run();
