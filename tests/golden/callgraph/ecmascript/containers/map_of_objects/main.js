class Plugin { load() {} }
const plugins = new Map();
plugins.set('x', new Plugin());
for (const plugin of plugins.values()) plugin.load();
plugins.get('x').load();
