try { throw function thrown() {}; } catch (f) { f(); }
