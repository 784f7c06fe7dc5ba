class Runner { run(task) { task(); } }
function job() {}
new Runner().run(job);
