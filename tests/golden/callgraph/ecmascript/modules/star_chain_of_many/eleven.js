export * from './twelve.js';
export function eleven() {}
