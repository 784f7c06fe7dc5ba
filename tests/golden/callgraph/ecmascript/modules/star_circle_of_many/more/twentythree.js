import { twentyfour } from '../internal.js';
let entered = false;
export function twentythree() {
  if (entered) return;
  entered = true;
  twentyfour();
}
