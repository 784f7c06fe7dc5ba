"""Slices across calls say which methods they enter that C++ and Rust call without a word: destructors, conversions, `Drop`."""

import pytest
from executed import OneFile

RESOURCE = """int cnt = 0;
struct Res { int v; ~Res() { cnt++; } };
int f() {
  { Res r; }
  int n = cnt;
  return n;
}
"""
CONVERSION = """int cnt = 0;
struct Num {
  int v;
  operator int() { cnt++; return v; }
};
int f(Num x) {
  int k = x;
  int n = cnt;
  return n;
}
"""
DROP = """static mut CNT: i32 = 0;
struct Res { v: i32 }
impl Drop for Res {
    fn drop(&mut self) { unsafe { CNT += 1; } }
}
fn f() -> i32 {
    { let r = Res { v: 1 }; }
    let n = unsafe { CNT };
    return n;
}
"""
DEREF = """static mut CNT: i32 = 0;
struct Held { v: i32 }
impl Deref for Held {
    type Target = i32;
    fn deref(&self) -> &i32 { unsafe { CNT += 1; } &self.v }
}
fn f(held: Held) -> i32 {
    let k = *held;
    let n = unsafe { CNT };
    return n;
}
"""
PLAIN = """struct Num { int v; Num(int x) : v(x) {} int get() { return v; } };
int f(int a) {
  Num x(a);
  int n = x.v;
  return n;
}
"""


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("cpp", RESOURCE, "Res.~Res"),
        ("cpp", CONVERSION, "Num.operator int"),
        ("rust", DROP, "Res.drop"),
        ("rust", DEREF, "Held.deref"),
    ],
)
def test_a_method_that_no_text_calls_is_said(language: str, text: str, name: str) -> None:
    """Its body is in the slice, and what makes it run is not: the slice is not complete."""
    found = OneFile(text, language, "a").ask("return n", forward=False)
    assert any("++" in one.text or "+=" in one.text for one in found.statements)
    assert not found.is_complete
    assert any(name in note and "calls by itself" in note for note in found.notes)


def test_a_class_without_such_methods_is_complete() -> None:
    """What the language calls by itself is not there."""
    found = OneFile(PLAIN, "cpp", "a").ask("return n", forward=False)
    assert found.is_complete, found.notes
