import { nineteen } from '../internal.js';
let entered = false;
export function eighteen() {
  if (entered) return;
  entered = true;
  nineteen();
}
