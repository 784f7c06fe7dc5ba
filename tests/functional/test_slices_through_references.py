"""Slices through names of parts of values, through what calls give references to, and through values of fields."""

from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.model.slices import Slice

PARTS = {
    "cpp": """int each(std::vector<int> v, int k) {
  for (auto &e : v)
    e = k;
  return v[0];
}
int part(int k) {
  int a[2] = {1, 2};
  int &r = a[0];
  r = k;
  return a[0];
}
int chosen(int c, int k) {
  int x = 1;
  int y = 2;
  (c ? x : y) = k;
  return x;
}
void put(int &p, int v) { p = v; }
int handed(int k) {
  int a[2] = {1, 2};
  int &r = a[0];
  put(r, k);
  return a[0];
}
int read(int k) {
  int a[2] = {1, 2};
  int &r = a[0];
  a[0] = k;
  return r;
}
int shadow(std::vector<int> v, int k) {
  for (auto &v : v)
    v = k;
  return v[0];
}
int pairs(std::map<int, int> m, int k) {
  for (auto &[a, b] : m)
    b = k;
  return m[0];
}
int library(std::vector<int> v, int k) {
  v.at(1) = k;
  return v[1];
}
int closure(int k) {
  int a[2] = {1, 2};
  int &r = a[0];
  auto f = [&]() { r = k; };
  f();
  return a[0];
}
int twice(int k) {
  int a[2] = {1, 2};
  int &r = a[0];
  int &q = r;
  q = k;
  return a[0];
}
int copied(std::vector<int> v, int k) {
  for (auto e : v)
    e = k;
  return v[0];
}
int either(int c, int k) {
  int a[2] = {1, 2};
  int b = 2;
  int &r = c ? a[0] : b;
  r = k;
  return a[0] + b;
}
int &same(int &x) { return x; }
int constant(int k) {
  int x = 1;
  const int &r = same(x);
  x = k;
  return r;
}
class D {
  int n = 3;
public:
  int get_d() {
    return n;
  }
};
class Base {
  int m;
public:
  Base(int v) { m = v; }
  int get_m() { return m; }
};
class Sub : public Base {
  int q;
public:
  Sub(int w, int u)
    : Base(w),
      q(u) {
  }
  int get_q() {
    return q;
  }
};
""",
    "cs": """class A {
  static int n = 3;
  int m = 4;
  static int Part(int k) {
    int[] a = new int[2];
    ref int r = ref a[0];
    r = k;
    return a[0];
  }
  static int Local(int k) {
    int x = 1;
    ref int r = ref x;
    r = k;
    return x;
  }
  static int Again(int k) {
    int x = 1;
    int[] a = new int[2];
    ref int r = ref x;
    r = ref a[0];
    r = k;
    return a[0];
  }
  static int Static() {
    return n;
  }
  int Field() {
    return m;
  }
}
""",
    "java": """class B {
  static int n = 3;
  int m = 4;
  static int number() {
    return n;
  }
  int field() {
    return m;
  }
}
""",
}

USE = """int own() {
  int a = 6;
  int b = 7;
  Sub *s = new Sub(a, b);
  return s->get_q();
}
int above() {
  int a = 6;
  int b = 7;
  Sub *s = new Sub(a, b);
  return s->get_m();
}
"""

GIVEN = {
    "cpp": """int &at(int *v, int i) { return v[i]; }
int given(int *v, int k) {
  at(v, 1) = k;
  return v[1];
}
int increment(int *v) {
  at(v, 1)++;
  at(v, 2) += 3;
  return v[1];
}
int &same(int &x) { return x; }
int named(int k) {
  int x = 1;
  int &r = same(x);
  r = k;
  return x;
}
int count = 0;
int &counter() { return count; }
int bare(int k) {
  counter() = k;
  return counter();
}
struct Holder { int &n; Holder(int &v) : n(v) {} void put_n(int k) { n = k; } };
int held(int k) {
  int x = 1;
  Holder *h = new Holder(x);
  h->put_n(k);
  return x;
}
""",
    "cs": """class A {
  static ref int Same(ref int x) { return ref x; }
  static int Named(int k) {
    int x = 1;
    ref int r = ref Same(ref x);
    r = k;
    return x;
  }
}
""",
}


def sliced(root: Path, text: str, suffix: str, line: int) -> Slice:
    """The slice across calls from a line of a project of one file."""
    (root / f"a.{suffix}").write_text(text, encoding="utf-8")
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
        return leindex.slice(f"a.{suffix}", line, across_calls=True, depth=8)


def line_after(text: str, head: str, word: str) -> int:
    """The first line with a word behind the one with a head, 1-based."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if head in line)
    return next(number for number, line in enumerate(lines) if number >= start and word in line) + 1


@pytest.mark.parametrize(
    ("suffix", "head", "asked", "expected"),
    [
        ("cpp", "int each(", "return", ["for", "e = k", "return"]),
        ("cpp", "int part(", "return", ["int a[2]", "r = k", "return"]),
        ("cpp", "int chosen(", "return", ["int x", "(c ? x : y)", "return"]),
        ("cpp", "int handed(", "return", ["int a[2]", "put(r, k)", "return"]),
        ("cpp", "int read(", "return", ["int a[2]", "int &r", "a[0] = k", "return"]),
        ("cpp", "int shadow(", "return", ["for", "v = k", "return"]),
        ("cpp", "int pairs(", "return", ["for", "b = k", "return"]),
        ("cpp", "int library(", "return", ["v.at(1)", "return"]),
        ("cpp", "int closure(", "return", ["int a[2]", "auto f", "f();", "return"]),
        ("cpp", "int twice(", "return", ["int a[2]", "q = k", "return"]),
        ("cpp", "int copied(", "return", ["return"]),
        ("cpp", "int either(", "return", ["int a[2]", "int b", "r = k", "return"]),
        ("cpp", "int constant(", "return", ["const int &r", "x = k", "return"]),
        ("cpp", "class D", "return", ["int n = 3", "return"]),
        ("cpp", "int get_q(", "return", ["return"]),
        ("cs", "int Part(", "return", ["new int[2]", "r = k", "return"]),
        ("cs", "int Local(", "return", ["int x", "r = k", "return"]),
        ("cs", "int Again(", "return", ["new int[2]", "r = k", "return"]),
        ("cs", "int Static(", "return", ["static int n", "return"]),
        ("cs", "int Field(", "return", ["int m", "return"]),
        ("java", "int number(", "return", ["static int n", "return"]),
        ("java", "int field(", "return", ["int m", "return"]),
    ],
)
def test_what_is_done_with_a_name_of_a_part_is_done_with_the_part(
    tmp_path: Path, suffix: str, head: str, asked: str, expected: list[str]
) -> None:
    """Every statement that the value needs, and none that only a copy got."""
    text = PARTS[suffix]
    found = sliced(tmp_path, text, suffix, line_after(text, head, asked))
    shown = [one.text.strip() for one in found.statements]
    assert found.is_complete, found.notes
    missing = [word for word in expected if not any(word in line for line in shown)]
    assert not missing, shown
    assert len(shown) == 1 or head != "int copied("


def test_an_initialiser_gives_a_field_its_value(tmp_path: Path) -> None:
    """Of the class itself and of one above: what the constructors are given is behind what is read."""
    text = PARTS["cpp"] + USE
    own = sliced(tmp_path, text, "cpp", line_after(text, "int own(", "return"))
    above = sliced(tmp_path, text, "cpp", line_after(text, "int above(", "return"))
    assert any("q(u)" in one.text for one in own.statements)
    assert any("int b = 7" in one.text for one in own.statements)
    assert any("Base(w)" in one.text for one in above.statements)
    assert any("m = v" in one.text for one in above.statements)
    assert any("int a = 6" in one.text for one in above.statements)


@pytest.mark.parametrize(
    ("suffix", "head", "expected"),
    [
        ("cpp", "int given(", "at(v, 1) = k"),
        ("cpp", "int increment(", "at(v, 1)++"),
        ("cpp", "int named(", "r = k"),
        ("cpp", "int held(", "h->put_n(k)"),
        ("cs", "int Named(", "r = k"),
        ("cpp", "int bare(", "return"),
    ],
)
def test_what_a_call_gives_a_reference_to_is_taken_to_change_and_said(
    tmp_path: Path, suffix: str, head: str, expected: str
) -> None:
    """A function of the project may give what it was not given: that is said, and the slice is not complete."""
    found = sliced(tmp_path, GIVEN[suffix], suffix, line_after(GIVEN[suffix], head, "return"))
    assert any(expected in one.text for one in found.statements)
    assert not found.is_complete
    assert any("references that a call gives or a field keeps" in note for note in found.notes)
