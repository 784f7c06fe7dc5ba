export * from './deeper.js';
export function upper() {}
