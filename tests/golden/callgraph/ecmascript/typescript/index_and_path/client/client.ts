import { helper } from '../util';
export class Client { send(): void { helper(); } }
