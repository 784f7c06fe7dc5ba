function act() {}
function other() {}
act();
act = other;
act();
