export * from './four.js';
export function three() {}
