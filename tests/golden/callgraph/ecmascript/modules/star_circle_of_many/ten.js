import { eleven } from './internal.js';
let entered = false;
export function ten() {
  if (entered) return;
  entered = true;
  eleven();
}
