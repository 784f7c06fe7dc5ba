import { last } from './one.js';
last();
