const routes = [['/a', showA], ['/b', showB]];
function showA() {}
function showB() {}
for (const [path, handler] of routes) handler(path);
