class Job {
  run(): void { work(); }
  stop(): void {}
}
function work(): void {}
class Sub extends Job { run(): void { other(); } }
function other(): void {}
function each(jobs: Job[]): void {
  for (const job of jobs) job.run();
}
each([new Sub()]);
