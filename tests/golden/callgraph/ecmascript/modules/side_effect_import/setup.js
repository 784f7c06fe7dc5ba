import { ready } from './state.js';
ready();
