class Job {
  run(): void { work(); }
  stop(): void {}
}
function work(): void {}
export class Queue {
  jobs: Job[];
  constructor(jobs: Job[]) { this.jobs = jobs; }
  start(): void {
    for (const job of this.jobs) job.run();
  }
}
