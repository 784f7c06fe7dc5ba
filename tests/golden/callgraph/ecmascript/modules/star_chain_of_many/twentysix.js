export * from './twentyseven.js';
export function twentysix() {}
