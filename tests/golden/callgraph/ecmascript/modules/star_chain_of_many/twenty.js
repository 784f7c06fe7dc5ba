export * from './twentyone.js';
export function twenty() {}
