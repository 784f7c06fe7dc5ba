export * from './part.js';
