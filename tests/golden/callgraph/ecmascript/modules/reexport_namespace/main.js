import { maths } from './index.js';
maths.add(1, 2);
