export * from './fifteen.js';
export function fourteen() {}
