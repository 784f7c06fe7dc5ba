import { one, twentyeight } from './internal.js';
one();
twentyeight();
