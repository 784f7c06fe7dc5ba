function fallback() {}
const options = { hook: undefined, own() {} };
const hook = options.hook ?? fallback;
hook();
options.own?.();
options.missing?.();
