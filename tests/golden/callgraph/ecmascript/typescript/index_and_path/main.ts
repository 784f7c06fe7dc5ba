import { Client } from './client';
import { helper } from './util/index';
new Client().send();
helper();
