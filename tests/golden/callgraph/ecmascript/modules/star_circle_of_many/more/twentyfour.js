import { twentyfive } from '../internal.js';
let entered = false;
export function twentyfour() {
  if (entered) return;
  entered = true;
  twentyfive();
}
