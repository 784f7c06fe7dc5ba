class Click { fire() { return click(); } }
class Key { fire() { return key(); } }
function click() {}
function key() {}
export function handle(event: unknown): void {
  if (event instanceof Click) event.fire();
}
new Key().fire();
