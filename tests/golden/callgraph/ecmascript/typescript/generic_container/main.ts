class Job { run(): void {} }
export function all(jobs: Job[], named: Map<string, Job>, more: Array<Job>): void {
  for (const job of jobs) job.run();
  more.forEach((job) => job.run());
  named.get('a')!.run();
}
