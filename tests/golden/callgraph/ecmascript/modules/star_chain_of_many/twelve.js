export * from './thirteen.js';
export function twelve() {}
