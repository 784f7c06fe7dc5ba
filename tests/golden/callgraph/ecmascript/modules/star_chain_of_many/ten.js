export * from './eleven.js';
export function ten() {}
