export * as maths from './maths.js';
