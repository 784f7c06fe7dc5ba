import * as all from './all.js';
import { left, right, shared } from './all.js';
left();
right();
shared();
if (all.both) all.both();
