"""Forward slices across calls against runs: what another value at the criterion changes is in the slice."""

from pathlib import Path

import pytest
from forward_programs import lines_forward, programs, told_by_line
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lepasserelle import LeIndex, MemoryConfig


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs(), st.integers(-2, 4), st.integers(-2, 4), st.sampled_from([-5, -1, 1, 7]))
def test_every_statement_whose_values_differ_is_in_the_slice(program: tuple[str, int], a: int, b: int, more: int) -> None:
    """Two runs that differ in the value of one assignment; a statement that ran in only one of them differs, too."""
    text, line = program
    first, second = told_by_line(text, line, 0, (a, b)), told_by_line(text, line, more, (a, b))
    differing = {number for number in {*first, *second} if first.get(number) != second.get(number)}
    variable = text.splitlines()[line - 1].split()[0]
    assert differing <= lines_forward(text, line, variable) | {line}, text
    assert differing <= lines_forward(text, line, None) | {line}, text


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs(names=True), st.integers(-2, 4), st.integers(-2, 4), st.sampled_from([-5, -1, 1, 7]))
def test_values_go_through_names_of_the_file(program: tuple[str, int], a: int, b: int, more: int) -> None:
    """The same where functions also write, change and read what all of them see."""
    text, line = program
    first, second = told_by_line(text, line, 0, (a, b)), told_by_line(text, line, more, (a, b))
    differing = {number for number in {*first, *second} if first.get(number) != second.get(number)}
    assert differing <= lines_forward(text, line, None) | {line}, text


PROGRAMS = {
    "s.py": """def helper(a, b):
    c = a + 1
    d = b + 2
    print(d)
    return c

def f(x, y):
    q = y
    r = helper(x, q)
    return r
""",
    "s.js": """function helper(a, b) {
  const c = a + 1;
  const d = b + 2;
  console.log(d);
  return c;
}
function f(x, y) {
  let q = y;
  let r = helper(x, q);
  return r;
}
""",
    "S.java": """class S { static int helper(int a, int b) {
    int c = a + 1;
    int d = b + 2;
    System.out.println(d);
    return c;
  }
  static int f(int x, int y) {
    int q = y;
    int r = helper(x, q);
    return r;
  }
}
""",
    "s.rs": """fn helper(a: i32, b: i32) -> i32 {
    let c = a + 1;
    let d = b + 2;
    show(d);
    return c;
}
fn f(x: i32, y: i32) -> i32 {
    let q = y;
    let r = helper(x, q);
    return r;
}
""",
    "s.cpp": """static int helper(int a, int b) {
    int c = a + 1;
    int d = b + 2;
    show(d);
    return c;
}
int f(int x, int y) {
    int q = y;
    int r = helper(x, q);
    return r;
}
""",
}


@pytest.mark.parametrize("path", PROGRAMS)
def test_a_forward_slice_enters_the_parameter_that_the_argument_stands_for(tmp_path: Path, path: str) -> None:
    """The second argument reaches what the second parameter reaches, and not the result, which only the first one makes."""
    (tmp_path / path).write_text(PROGRAMS[path], encoding="utf-8")
    with LeIndex(tmp_path, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
        second = leindex.slice(path, 8, "q", forward=True, across_calls=True)
        head = leindex.slice(path, 7, "x", forward=True, across_calls=True)
    assert [one.start_line for one in second.statements] == [3, 4, 8, 9]
    assert [one.start_line for one in head.statements] == [2, 5, 9, 10]
