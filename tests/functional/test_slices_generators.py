"""Slices across calls through generators: what is yielded is what whoever iterates gets, and the body runs only then."""

from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.model.slices import Slice

PYTHON = """def parts(rows, more):
    note = more
    for row in rows:
        yield row.value
    rows.append(1)


def inner(rows):
    more = 0
    yield from parts(rows, more)


def looped(rows, other):
    total = 0
    for one in parts(rows, other):
        total += one
    return total


def later(rows):
    found = parts(rows, 2)
    before = len(rows)
    for one in found:
        pass
    return len(rows)


def taken(rows):
    found = inner(rows)
    return next(found)


def listed(rows):
    return list(inner(rows))


def handed_on(rows):
    return sum(one + 1 for one in parts(rows, 1))


def echo(start):
    got = start
    while True:
        got = yield got


def sender(value):
    found = echo(1)
    next(found)
    return found.send(value)


async def rows_of(file):
    async for row in file:
        yield row


async def awaited(file):
    kept = []
    async for row in rows_of(file):
        kept.append(row)
    return kept
"""

JAVASCRIPT = """function* parts(rows, more) {
  const note = more;
  for (const row of rows) {
    yield row.value;
  }
}
function* inner(rows) {
  yield* parts(rows, 0);
}
function looped(rows) {
  let total = 0;
  for (const one of inner(rows)) {
    total += one;
  }
  return total;
}
function spread(rows) {
  return [...parts(rows, 1)];
}
class Tree {
  *walk(depth) {
    const deeper = depth + 1;
    yield deeper;
  }
  first(depth) {
    const [one] = this.walk(depth);
    return one;
  }
}
"""

C_SHARP = """using System.Collections.Generic;
class G {
  static IEnumerable<int> Parts(List<int> rows, int more) {
    int note = more;
    foreach (var row in rows) {
      int twice = row * 2;
      yield return twice;
    }
  }
  static int Looped(List<int> rows) {
    int total = 0;
    foreach (var one in Parts(rows, 1)) {
      total += one;
    }
    return total;
  }
}
"""
TEXTS = {"g.py": PYTHON, "g.js": JAVASCRIPT, "g.ts": JAVASCRIPT.replace("(depth)", "(depth: number)", 1), "G.cs": C_SHARP}


def sliced(root: Path, path: str, line: int, variable: str = "", *, forward: bool = False) -> Slice:
    """The slice of a project that holds one file."""
    (root / path).write_text(TEXTS[path], encoding="utf-8")
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
        return leindex.slice(path, line, variable, forward=forward, across_calls=True, depth=5)


def lines(found: Slice) -> set[int]:
    """Where its statements begin."""
    return {one.start_line for one in found.statements}


@pytest.mark.parametrize(
    ("path", "line", "expected"),
    [
        ("g.py", 17, {3, 4, 5, 14, 15, 16, 17}),
        ("g.py", 25, {3, 4, 5, 21, 23, 25}),
        ("g.py", 30, {3, 4, 5, 10, 29, 30}),
        ("g.py", 34, {3, 4, 5, 10, 34}),
        ("g.py", 38, {3, 4, 5, 38}),
        ("g.py", 62, {54, 55, 59, 60, 61, 62}),
        ("g.js", 15, {3, 4, 8, 11, 12, 13, 15}),
        ("g.js", 18, {3, 4, 18}),
        ("g.js", 27, {22, 23, 26, 27}),
        ("g.ts", 27, {22, 23, 26, 27}),
        ("G.cs", 15, {5, 6, 7, 11, 12, 13, 15}),
    ],
)
def test_what_is_yielded_is_behind_what_iterating_gives(tmp_path: Path, path: str, line: int, expected: set[int]) -> None:
    """By a loop, `next`, a list, a generator handed on, delegation, spreading, taking apart; the unused argument is not in it."""
    found = sliced(tmp_path, path, line)
    assert lines(found) == expected
    assert found.is_complete


@pytest.mark.parametrize(
    ("path", "line", "reached", "missed"),
    [
        ("g.py", 4, {10, 15, 16, 17, 23, 25, 29, 30, 34, 38}, {9, 14, 22}),
        ("g.js", 4, {8, 12, 13, 15, 18}, {2, 11}),
        ("G.cs", 6, {7, 12, 13, 15}, {4, 11}),
    ],
)
def test_a_value_that_is_yielded_goes_to_whoever_iterates(
    tmp_path: Path, path: str, line: int, reached: set[int], missed: set[int]
) -> None:
    """Forward from a yield, or from what is yielded."""
    found = lines(sliced(tmp_path, path, line, forward=True))
    assert reached <= found
    assert not missed & found


def test_what_a_generator_does_not_yield_stays_in_it(tmp_path: Path) -> None:
    """Forward from a parameter that only a local note gets."""
    assert lines(sliced(tmp_path, "g.py", 2, "more", forward=True)) == {2}


def test_a_value_that_is_sent_is_said_not_to_be_followed(tmp_path: Path) -> None:
    """Both ways: from what a generator was sent, and from what is sent."""
    received = sliced(tmp_path, "g.py", 44)
    assert not received.is_complete
    assert "sent to a generator (line 44)" in received.notes[0]
    sent = sliced(tmp_path, "g.py", 47, "value", forward=True)
    assert lines(sent) == {50}
    assert "sent to a generator (line 50)" in sent.notes[0]
