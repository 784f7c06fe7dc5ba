class Job {
  run(): void { work(); }
  stop(): void {}
}
function work(): void {}
export function each(jobs: Set<Job>): void {
  for (const job of jobs) job.run();
}
