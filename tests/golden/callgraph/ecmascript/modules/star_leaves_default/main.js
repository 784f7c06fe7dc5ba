import * as all from './all.js';
all.part();
if (all.default) all.default();
