"""Slices within one function say which calls they leave out that meet a name of theirs elsewhere."""

import pytest
from executed import OneFile, text_store

from lepasserelle.model.slices import Slice, SliceQuestion
from lepasserelle.query.slices import Slicer

TEXT = """TABLE = {}
RATE = 1


def put(value):
    TABLE["a"] = value


def outer(value):
    put(value)


def quiet(value):
    return value


def use():
    return TABLE["a"]


def main(x):
    first = TABLE.get("a")
    outer(x)
    quiet(x)
    second = TABLE["a"]
    outer(x)
    return second


def other(x):
    before = use()
    TABLE["a"] = x
    after = use()
    return before, after


def alone(x):
    table = {"a": x}
    outer(x)
    return table["a"]
"""


def sliced(text: str, *, forward: bool = False) -> Slice:
    """Within one function, from the line that holds a text."""
    one = OneFile(TEXT)
    line = next(number for number, each in enumerate(TEXT.split("\n"), start=1) if text in each)
    question = SliceQuestion(one.path, line, "", "forward" if forward else "backward")
    return Slicer(one.graph, text_store(one), one).slice(question)


@pytest.mark.parametrize(
    ("text", "forward", "named"),
    [
        ("second = TABLE", False, "outer in line 23"),
        ('    TABLE["a"] = x', True, "use in line 33"),
    ],
)
def test_a_call_that_meets_a_name_of_the_slice_elsewhere_is_named(text: str, forward: bool, named: str) -> None:
    """What it leads to writes what is read, or reads what is written; what stands on the other side does not matter."""
    found = sliced(text, forward=forward)
    assert not found.is_complete
    assert len(found.notes) == 1
    assert f"({named})" in found.notes[0]
    assert "--across-calls" in found.notes[0]


@pytest.mark.parametrize("text", ["first = TABLE", 'return table["a"]'])
def test_nothing_is_said_where_no_call_can_matter(text: str) -> None:
    """No call runs before it, or the name is the function's own."""
    assert sliced(text).is_complete
