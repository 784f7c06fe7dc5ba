import { fifteen } from './internal.js';
let entered = false;
export function fourteen() {
  if (entered) return;
  entered = true;
  fifteen();
}
