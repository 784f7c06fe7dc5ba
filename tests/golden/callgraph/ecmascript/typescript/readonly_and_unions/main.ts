class Log { write(): void {} }
export function each(logs: readonly Log[], one?: Log | null): void { logs[0].write(); one?.write(); }
