const jobs = { async fetch() { return this.parse(); }, parse: async () => 1 };
const go = async () => { await jobs.fetch(); };
go().then(() => end());
function end() {}
