import { twentytwo } from '../internal.js';
let entered = false;
export function twentyone() {
  if (entered) return;
  entered = true;
  twentytwo();
}
