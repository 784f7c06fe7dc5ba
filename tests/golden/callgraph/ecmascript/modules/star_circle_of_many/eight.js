import { nine } from './internal.js';
let entered = false;
export function eight() {
  if (entered) return;
  entered = true;
  nine();
}
