import { twentythree } from '../internal.js';
let entered = false;
export function twentytwo() {
  if (entered) return;
  entered = true;
  twentythree();
}
