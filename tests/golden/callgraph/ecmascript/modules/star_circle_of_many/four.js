import { five } from './internal.js';
let entered = false;
export function four() {
  if (entered) return;
  entered = true;
  five();
}
