export * from './twentyfive.js';
export function twentyfour() {}
