import start, { stop } from './engine.js';
start();
stop();
