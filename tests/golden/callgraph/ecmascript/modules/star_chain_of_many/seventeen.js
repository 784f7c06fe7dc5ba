export * from './eighteen.js';
export function seventeen() {}
