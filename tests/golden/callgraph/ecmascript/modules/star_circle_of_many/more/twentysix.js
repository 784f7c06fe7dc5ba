import { twentyseven } from '../internal.js';
let entered = false;
export function twentysix() {
  if (entered) return;
  entered = true;
  twentyseven();
}
