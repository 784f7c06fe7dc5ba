const Tree = require('./tree');
const tree = new Tree();
tree.grow();
