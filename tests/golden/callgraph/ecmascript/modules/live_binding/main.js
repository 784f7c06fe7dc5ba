import { current, choose } from './state.js';
current();
choose();
current();
