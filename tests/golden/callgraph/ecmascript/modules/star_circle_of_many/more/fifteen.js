import { sixteen } from '../internal.js';
let entered = false;
export function fifteen() {
  if (entered) return;
  entered = true;
  sixteen();
}
