import { seventeen } from '../internal.js';
let entered = false;
export function sixteen() {
  if (entered) return;
  entered = true;
  seventeen();
}
