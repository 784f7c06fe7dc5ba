export * from './eight.js';
export function seven() {}
