import { kRead, kWrite as kPut } from './keys.js';
import * as keys from './keys.js';
function read() { return 1; }
function write() { return 2; }
const port = { [kRead]: read, [kPut]: write };
export function use(at) { return at[keys.kRead]() + at[kPut](); }
function only(at) { return at[kRead](); }
use(port);
only(port);
