import { thirteen } from './internal.js';
let entered = false;
export function twelve() {
  if (entered) return;
  entered = true;
  thirteen();
}
