const app = { routes: { home: { show() {} }, list: show } };
function show() {}
app.routes.home.show();
app.routes.list();
