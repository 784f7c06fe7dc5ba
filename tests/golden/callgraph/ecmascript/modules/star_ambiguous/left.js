export function both() {}
export function left() {}
export * from './shared.js';
