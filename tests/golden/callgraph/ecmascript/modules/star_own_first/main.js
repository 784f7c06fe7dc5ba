import { own, upper, lower, deeper } from './all.js';
own();
upper();
lower();
deeper();
