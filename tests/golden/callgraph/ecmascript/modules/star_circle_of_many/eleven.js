import { twelve } from './internal.js';
let entered = false;
export function eleven() {
  if (entered) return;
  entered = true;
  twelve();
}
