"""Slices say where a wait fixes the order of what started functions do to something they were given."""

import pytest
from executed import OneFile

TEXT = """async function add(l, v) {
  l.push(v);
  await null;
  l.push(-v);
}
async function main() {
  const l = [];
  STARTED
  await add(l, 2);
  await p;
  return l;
}
"""


@pytest.mark.parametrize(("started", "is_complete"), [("const p = add(l, 1);", False), ("const p = null;", True)])
def test_a_wait_that_may_let_a_started_function_write_is_said(started: str, is_complete: bool) -> None:
    """What was started, and not waited for at once, has the list while the function waits."""
    found = OneFile(TEXT.replace("STARTED", started), "javascript", "program.js").ask("return l", forward=False)
    assert found.is_complete == is_complete
    assert is_complete or any("line 10" in note for note in found.notes)
