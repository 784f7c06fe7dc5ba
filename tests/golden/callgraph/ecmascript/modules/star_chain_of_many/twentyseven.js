export * from './twentyeight.js';
export function twentyseven() {}
