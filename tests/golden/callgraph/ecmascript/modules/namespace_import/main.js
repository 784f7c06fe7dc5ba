import * as tools from './tools.js';
tools.cut();
tools.glue.apply(null, []);
function cut() {}
