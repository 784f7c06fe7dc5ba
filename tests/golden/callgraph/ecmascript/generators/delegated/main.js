function go() {}
function* inner() { yield go; }
function* outer() { yield* inner(); }
[...outer()][0]();
