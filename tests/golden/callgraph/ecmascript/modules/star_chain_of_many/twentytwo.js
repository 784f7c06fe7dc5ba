export * from './twentythree.js';
export function twentytwo() {}
