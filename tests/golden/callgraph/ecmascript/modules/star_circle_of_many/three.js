import { four } from './internal.js';
let entered = false;
export function three() {
  if (entered) return;
  entered = true;
  four();
}
