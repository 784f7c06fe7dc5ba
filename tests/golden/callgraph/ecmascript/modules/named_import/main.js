import { area, scale as grow } from './shapes.js';
area(grow(2));
