import { log } from './log.js';
function use(log) { log(); }
use(function quiet() {});
log();
