export * from './twentysix.js';
export function twentyfive() {}
