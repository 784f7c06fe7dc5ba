function attempt(f, otherwise) { try { return f(); } catch { return otherwise(); } }
attempt(function bad() { throw 1; }, () => good());
function good() {}
