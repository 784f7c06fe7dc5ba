class Job {
  run(): void { work(); }
  stop(): void {}
}
function work(): void {}
export class Queue {
  constructor(private jobs: Job[]) {}
  start(): void {
    for (const job of this.jobs) job.run();
  }
}
