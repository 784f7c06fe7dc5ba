export * from './nine.js';
export function eight() {}
