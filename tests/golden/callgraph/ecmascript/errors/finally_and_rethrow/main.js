function risky() { throw new Failure('x'); }
class Failure extends Error { constructor(m) { super(m); this.note(); } note() {} }
function run() { try { risky(); } catch (e) { recover(e); } finally { tidy(); } }
function recover() {}
function tidy() {}
run();
