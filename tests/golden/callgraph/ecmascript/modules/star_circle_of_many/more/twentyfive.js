import { twentysix } from '../internal.js';
let entered = false;
export function twentyfive() {
  if (entered) return;
  entered = true;
  twentysix();
}
