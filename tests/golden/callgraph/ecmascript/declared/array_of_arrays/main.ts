class Job {
  run(): void { work(); }
  stop(): void {}
}
function work(): void {}
export function each(rows: Job[][]): void {
  for (const row of rows) for (const job of row) job.run();
}
