export * from './three.js';
export function two() {}
