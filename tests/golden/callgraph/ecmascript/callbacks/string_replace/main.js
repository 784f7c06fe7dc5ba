'a-b'.replace(/-./g, (m) => upper(m));
function upper(m) { return m; }
