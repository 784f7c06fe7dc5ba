import { inner, renamed } from './index.js';
inner();
renamed();
