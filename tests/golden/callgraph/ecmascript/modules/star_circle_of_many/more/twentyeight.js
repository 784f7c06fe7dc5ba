import { one } from '../internal.js';
let entered = false;
export function twentyeight() {
  if (entered) return;
  entered = true;
  one();
}
