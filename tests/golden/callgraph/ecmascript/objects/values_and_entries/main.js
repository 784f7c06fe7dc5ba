const hooks = { a() {}, b() {} };
for (const hook of Object.values(hooks)) hook();
for (const [name, hook] of Object.entries(hooks)) hook(name);
for (const name in hooks) hooks[name]();
