class Missing extends Error { tell() { return first(); } }
class Denied extends Error { tell() { return second(); } }
function first() {}
function second() {}
function open(name) {
  if (name) throw new Missing("none");
  throw new Denied("no");
}
function attempt(name) {
  try {
    open(name);
  } catch (error) {
    if (error instanceof Missing) absent(error);
    else refused(error);
  }
}
function absent(error) { error.tell(); }
function refused(error) { error.tell(); }
attempt("a");
attempt("");
