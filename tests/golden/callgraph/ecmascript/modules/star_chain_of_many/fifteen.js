export * from './sixteen.js';
export function fifteen() {}
