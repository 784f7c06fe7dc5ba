import { clone } from './other.js';
const deep = function clone(x) { return x ? clone(x.inner) : null; };
deep({ inner: null });
clone();
