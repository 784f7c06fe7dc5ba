function f() { first(); }
f();
function f() { second(); }
function first() {}
function second() {}
