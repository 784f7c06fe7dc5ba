import { seven } from './internal.js';
let entered = false;
export function six() {
  if (entered) return;
  entered = true;
  seven();
}
