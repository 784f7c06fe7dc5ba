function Clock() { this.tick = function () { tock(); }; }
function tock() {}
new Clock().tick();
