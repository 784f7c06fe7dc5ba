export * from './upper.js';
export * from './lower.js';
export function own() {}
