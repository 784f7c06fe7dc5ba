"""Slices through variables that a call changes under another name, and through what languages make without a word for it."""

from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig

TEXTS = {
    "a.cpp": """void set(int &p, int v) { p = v; }
int show(const int &p) { return p; }
int used(int a) {
  int n = 0;
  set(n, a);
  int unused = show(n);
  return n;
}
class A {
  int f;
public:
  A(int v) : f(v) {}
  int get() const { return f; }
};
int object(int a) {
  A x(a);
  return x.get();
}
""",
    "A.cs": """class A {
  static void Fill(out int p, int v) { p = v; }
  static void Change(ref int p, int v) { p = p + v; }
  static int Filled(int a) {
    int n;
    Fill(out n, a);
    return n;
  }
  static int Changed(int a, int b) {
    int n = b;
    Change(ref n, a);
    return n;
  }
}
""",
    "a.go": """package a

func sent(v int) int {
	c := make(chan int, 1)
	c <- v
	return <-c
}

func stored(k string, v int) map[string]int {
	m := make(map[string]int)
	m[k] = v
	return m
}

func late(a int) (res int) {
	defer func() { res = a }()
	res = 1
	return
}

func asked(q int) int {
	got := late(q)
	return got
}
""",
}


@pytest.mark.parametrize(
    ("path", "line", "expected"),
    [
        ("a.cpp", 7, [1, 4, 5, 7]),
        ("a.cpp", 17, [16, 17]),
        ("A.cs", 7, [2, 6, 7]),
        ("A.cs", 12, [3, 10, 11, 12]),
        ("a.go", 6, [4, 5, 6]),
        ("a.go", 12, [10, 11, 12]),
        ("a.go", 23, [16, 17, 18, 22, 23]),
    ],
)
def test_what_a_call_or_a_channel_puts_into_a_variable_is_behind_it(
    tmp_path: Path, path: str, line: int, expected: list[int]
) -> None:
    """References of C++ and C#, channels and maps of Go that `make` gives, a result that a deferred function replaces."""
    (tmp_path / path).write_text(TEXTS[path], encoding="utf-8")
    with LeIndex(tmp_path, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
        found = leindex.slice(path, line, across_calls=True, depth=5)
    assert sorted({one.start_line for one in found.statements}) == expected


def test_inside_one_function_an_unknown_call_may_change_a_variable_of_c_plus_plus(tmp_path: Path) -> None:
    """Nothing at the call tells whether it takes a reference; to assume that calls are pure turns that off."""
    (tmp_path / "a.cpp").write_text(TEXTS["a.cpp"], encoding="utf-8")
    with LeIndex(tmp_path, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
        careful = leindex.slice("a.cpp", 7)
        trusting = leindex.slice("a.cpp", 7, assume_pure=True)
    assert [(one.start_line, "may change n" in one.why) for one in careful.statements] == [
        (4, False),
        (5, True),
        (6, True),
        (7, False),
    ]
    assert [one.start_line for one in trusting.statements] == [4, 7]
