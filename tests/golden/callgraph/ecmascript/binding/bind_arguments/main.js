function run(first, second) { first(); second(); }
function a() {}
function b() {}
run.bind(null, a)(b);
