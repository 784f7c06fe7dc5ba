"""A slice says where a function waits and what else was started may write what the slice reads."""

import pytest
from executed import OneFile, text_store

from lepasserelle.model.slices import Slice, SliceQuestion
from lepasserelle.query.slices import Slicer

CLOSURE_JS = """async function f() {
  let st = 'i';
  async function set() { await null; st = 'd'; }
  const p = set();
  await p;
  return st;
}
"""
CLOSURE_PY = """import asyncio
async def f():
    st = 'i'
    async def put():
        nonlocal st
        await asyncio.sleep(0)
        st = 'd'
    p = asyncio.create_task(put())
    await p
    return st
"""
GLOBAL_PY = """import asyncio
STATE = 0
async def put(v):
    global STATE
    STATE = v
async def f(p):
    await p
    return STATE
"""
FIELD_JS = """class Store {
  constructor() { this.st = 1; }
  put(v) { this.st = v; }
  async get(p) {
    await p;
    return this.st;
  }
}
"""
CONTENT_PY = """async def f(p, start):
    seen = []
    async def put(v):
        seen.append(v)
    start(put)
    await p
    return seen[0]
"""
OWN_PY = """async def f(p, x):
    await p
    y = x + 1
    return y
"""
BEFORE_JS = """async function f(p) {
  let st = 1;
  const set = () => { st = 2; };
  set();
  const seen = st;
  if (p) return seen;
  await p;
}
"""


def sliced(language: str, text: str, asked: str, *, across: bool, forward: bool = False) -> Slice:
    """From the first line that holds a text."""
    one = OneFile(text, language, "a")
    line = next(number for number, each in enumerate(text.split("\n"), start=1) if asked in each)
    question = SliceQuestion("a", line, "", "forward" if forward else "backward", across_calls=across)
    return Slicer(one.graph, text_store(one), one).slice(question)


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize(
    ("language", "text", "asked", "wait"),
    [
        ("javascript", CLOSURE_JS, "return st", 5),
        ("python", CLOSURE_PY, "return st", 9),
        ("python", CONTENT_PY, "return seen", 6),
        ("python", GLOBAL_PY, "return STATE", 7),
        ("javascript", FIELD_JS, "return this.st", 5),
    ],
)
def test_waiting_before_what_others_write_is_kept_or_said(language: str, text: str, asked: str, wait: int, across: bool) -> None:
    """A variable of closures, a name of the file, a field: what runs meanwhile may give it another value."""
    found = sliced(language, text, asked, across=across)
    is_kept = any(one.start_line == wait for one in found.statements)
    assert is_kept or any(f"line {wait}" in note and "waits" in note for note in found.notes)
    assert is_kept or not found.is_complete


@pytest.mark.parametrize("across", [False, True])
def test_a_forward_slice_of_what_waits_says_what_may_be_read_after(across: bool) -> None:
    """The mirror: the return depends on that the function waited."""
    found = sliced("javascript", CLOSURE_JS, "await p", across=across, forward=True)
    reads = any("return st" in one.text for one in found.statements)
    assert reads or not found.is_complete


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize(("language", "text", "asked"), [("python", OWN_PY, "return y"), ("javascript", BEFORE_JS, "seen = st")])
def test_waiting_that_nothing_read_can_feel_is_not_said(language: str, text: str, asked: str, across: bool) -> None:
    """Variables that nobody shares, and what is read before the function waits."""
    found = sliced(language, text, asked, across=across)
    assert not any("waits" in note for note in found.notes)
