module.exports = class Tree { constructor() { this.root(); } root() {} grow() { this.root(); } };
