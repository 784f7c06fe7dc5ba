export * from './far.js';
export * from './near.js';
