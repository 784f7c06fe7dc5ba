export * from './seven.js';
export function six() {}
