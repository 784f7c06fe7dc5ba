export * from './fourteen.js';
export function thirteen() {}
