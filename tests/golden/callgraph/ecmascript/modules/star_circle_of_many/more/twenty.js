import { twentyone } from '../internal.js';
let entered = false;
export function twenty() {
  if (entered) return;
  entered = true;
  twentyone();
}
