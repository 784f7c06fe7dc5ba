export * from './twentyfour.js';
export function twentythree() {}
