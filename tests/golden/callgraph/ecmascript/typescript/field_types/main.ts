import { Engine } from './engine.js';
export class Car {
  engine!: Engine;
  spare: Engine | undefined;
  drive(): void { this.engine.start(); this.spare?.stop(); }
}
