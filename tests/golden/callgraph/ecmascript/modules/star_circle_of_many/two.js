import { three } from './internal.js';
let entered = false;
export function two() {
  if (entered) return;
  entered = true;
  three();
}
