import { out, table } from './lib.js';
out();
table.run();
