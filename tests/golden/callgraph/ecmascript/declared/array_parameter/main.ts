class Job {
  run(): void { work(); }
  stop(): void {}
}
function work(): void {}
export function each(jobs: Job[]): void {
  for (const job of jobs) job.run();
}
export function first(jobs: readonly Job[]): void { jobs[0].run(); }
export function every(jobs: ReadonlyArray<Job>): void { jobs.forEach((job) => job.stop()); }
