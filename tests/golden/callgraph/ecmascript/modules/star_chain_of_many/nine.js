export * from './ten.js';
export function nine() {}
