import { far, near } from './all.js';
far();
near();
