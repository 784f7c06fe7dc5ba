import { Widget } from './index.js';
new Widget().draw();
