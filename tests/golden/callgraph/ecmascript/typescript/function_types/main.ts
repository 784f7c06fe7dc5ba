type Callback = (value: number) => void;
interface Options { done: Callback; }
function run(options: Options, extra: Callback): void { options.done(1); extra(2); }
run({ done: (value) => use(value) }, function other(value) { use(value); });
function use(value: number): void {}
