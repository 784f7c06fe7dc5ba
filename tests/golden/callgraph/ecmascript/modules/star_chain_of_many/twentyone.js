export * from './twentytwo.js';
export function twentyone() {}
