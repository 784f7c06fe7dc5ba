export { inner } from './a.js';
export { original as renamed } from './b.js';
