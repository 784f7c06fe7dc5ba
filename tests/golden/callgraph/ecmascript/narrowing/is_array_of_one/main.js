class Task { run() { return work(); } }
function work() {}
const tasks = { run() { return all(); } };
function all() {}
function start(given) {
  const list = Array.isArray(given) ? given : [given];
  for (const task of list) task.run();
}
start([new Task()]);
start(tasks);
