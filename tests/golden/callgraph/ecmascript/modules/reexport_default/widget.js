export default class Widget { constructor() { this.n = 1; } draw() { this.paint(); } paint() {} }
