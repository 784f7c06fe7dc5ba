import { eight } from './internal.js';
let entered = false;
export function seven() {
  if (entered) return;
  entered = true;
  eight();
}
