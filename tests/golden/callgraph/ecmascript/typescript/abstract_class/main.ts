abstract class Handler {
  handle(): void { this.before(); this.process(); }
  protected before(): void {}
  protected abstract process(): void;
}
class Upload extends Handler { protected process(): void { finish(); } }
function finish(): void {}
new Upload().handle();
