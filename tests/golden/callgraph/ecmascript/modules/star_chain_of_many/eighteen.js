export * from './nineteen.js';
export function eighteen() {}
