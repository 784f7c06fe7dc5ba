import './setup.js';
import { ready } from './state.js';
ready();
