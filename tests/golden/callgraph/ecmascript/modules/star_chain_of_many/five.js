export * from './six.js';
export function five() {}
