import { eighteen } from '../internal.js';
let entered = false;
export function seventeen() {
  if (entered) return;
  entered = true;
  eighteen();
}
