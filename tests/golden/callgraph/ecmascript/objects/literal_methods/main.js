const api = { get() { return this.fetch(); }, fetch: () => 1, 'post-it': function () { api.get(); } };
api.get();
api['post-it']();
