export * from './two.js';
export function one() {}
