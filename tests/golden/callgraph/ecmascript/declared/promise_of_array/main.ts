class Job {
  run(): void { work(); }
  stop(): void {}
}
function work(): void {}
declare function load(): Promise<Job[]>;
export async function all(): Promise<void> {
  for (const job of await load()) job.run();
}
