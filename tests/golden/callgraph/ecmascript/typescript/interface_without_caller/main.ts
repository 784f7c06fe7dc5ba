export interface Storage2 { load(key: string): string; }
export function first(storage: Storage2): string { return storage.load('a'); }
