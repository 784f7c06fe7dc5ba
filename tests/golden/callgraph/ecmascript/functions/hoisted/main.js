run();
function run() { return later(); }
function later() {}
