import { ten } from './internal.js';
let entered = false;
export function nine() {
  if (entered) return;
  entered = true;
  ten();
}
