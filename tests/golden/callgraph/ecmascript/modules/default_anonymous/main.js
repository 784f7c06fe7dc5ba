import run from './task.js';
run();
