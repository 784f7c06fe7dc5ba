import { pick } from './pick.js';
if (pick()) {
  function pick() {}
  pick();
}
pick();
