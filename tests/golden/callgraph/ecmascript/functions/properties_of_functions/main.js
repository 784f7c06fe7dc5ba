function api() {}
api.extra = function () {};
api.alias = helper;
function helper() {}
api.extra();
api.alias();
