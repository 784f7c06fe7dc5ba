function a() {}
function b() {}
function* steps() { yield a; yield b; }
for (const step of steps()) step();
