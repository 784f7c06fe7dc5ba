import { two } from './internal.js';
let entered = false;
export function one() {
  if (entered) return;
  entered = true;
  two();
}
