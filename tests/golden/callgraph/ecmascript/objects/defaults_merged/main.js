const defaults = { log() {}, warn() {} };
function create(options) { const all = { ...defaults, ...options }; all.log(); all.warn(); }
create({ warn() { } });
create({});
