export function both() {}
export function right() {}
export { shared } from './shared.js';
