class Failure extends Error { show() { return bad(); } }
class Result { show() { return good(); } }
function bad() {}
function good() {}
function print(outcome) {
  if (outcome instanceof Error) failed(outcome);
  else done(outcome);
}
function failed(outcome) { outcome.show(); }
function done(outcome) { outcome.show(); }
print(new Failure("x"));
print(new Result());
