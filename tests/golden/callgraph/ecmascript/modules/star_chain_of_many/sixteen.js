export * from './seventeen.js';
export function sixteen() {}
