function left() {}
function right() {}
const pick = Math.random() < 2 ? left : right;
pick();
(null || right)();
(left && right)();
