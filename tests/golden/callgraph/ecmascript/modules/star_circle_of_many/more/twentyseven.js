import { twentyeight } from '../internal.js';
let entered = false;
export function twentyseven() {
  if (entered) return;
  entered = true;
  twentyeight();
}
