function a() {}
function b() { return a; }
outer: for (;;) { (0, b)(); break outer; }
(b(), a)();
