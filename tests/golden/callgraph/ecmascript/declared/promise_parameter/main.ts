class Job {
  run(): void { work(); }
  stop(): void {}
}
function work(): void {}
export async function wait(soon: Promise<Job>): Promise<void> {
  const job = await soon;
  job.run();
}
export function later(soon: Promise<Job>): void {
  soon.then((job) => job.stop());
}
