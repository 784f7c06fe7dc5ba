import { six } from './internal.js';
let entered = false;
export function five() {
  if (entered) return;
  entered = true;
  six();
}
