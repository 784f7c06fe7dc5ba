class Job {
  run(): void { work(); }
  stop(): void {}
}
function work(): void {}
declare function ask(): Promise<Job>;
export function later(): void {
  ask().then((job) => job.stop());
}
export async function now(): Promise<void> { (await ask()).run(); }
