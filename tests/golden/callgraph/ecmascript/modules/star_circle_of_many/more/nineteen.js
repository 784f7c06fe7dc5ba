import { twenty } from '../internal.js';
let entered = false;
export function nineteen() {
  if (entered) return;
  entered = true;
  twenty();
}
