export * from './five.js';
export function four() {}
