enum Mode { Fast = 1, Slow }
const handlers = { [Mode.Fast]: fast, [Mode.Slow]: slow };
function fast(): void {}
function slow(): void {}
function run(mode: Mode): void { handlers[mode](); }
run(Mode.Fast);
run(Mode.Slow);
