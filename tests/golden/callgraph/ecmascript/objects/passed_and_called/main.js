function serve(options) { options.ready(); options.nested.done(); }
serve({ ready() {}, nested: { done: () => {} } });
