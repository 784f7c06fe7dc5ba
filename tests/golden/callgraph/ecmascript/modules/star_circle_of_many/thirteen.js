import { fourteen } from './internal.js';
let entered = false;
export function thirteen() {
  if (entered) return;
  entered = true;
  fourteen();
}
