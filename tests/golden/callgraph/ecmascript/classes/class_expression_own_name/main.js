import { Node } from './dom.js';
const Tree = class Node { static leaf() { return new Node(); } grow() {} };
Tree.leaf().grow();
new Node().attach();
