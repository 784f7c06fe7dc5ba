export * from './twenty.js';
export function nineteen() {}
