"""An outline of a file or class says what its body says, without what the functions inside share with it."""

from pathlib import Path

import pytest
from msgspec import structs

from lepasserelle.model import NodeKind
from lepasserelle.model.body import Body
from lepasserelle.parse import parse
from lepasserelle.parse.bodies import fragment, lower

SOURCE = Path(fragment.__file__).parents[2]
FILES = [SOURCE / "graph" / "evaluate.py", SOURCE / "parse" / "value_statements.py", SOURCE / "memory" / "manager.py"]

NASTY = b"""\
import sys
limit, *rest = 1, 2
pick = sorted(rest, key=lambda one: one - limit)

@register(limit)
def changed(step=limit):
    global limit
    limit += step
    def inner():
        nonlocal step
        step = 2
    return inner

class Table(Base, metaclass=Meta):
    rows = [limit for _ in rest]
    global seen
    seen = rows
    def add(self, row):
        self.rows.append(row + limit)
    class Inner:
        size = limit
        def grow(self): return limit
"""


def without_shared(body: Body) -> Body:
    """The body with nothing that functions inside mean."""
    return structs.replace(body, statements=tuple(structs.replace(one, captured=(), rebound=()) for one in body.statements))


def spans(data: bytes) -> list[tuple[int, int]]:
    """(start, end) of the file and of each of its classes."""
    classes = [one for one in parse(data, "python").definitions if one.kind == NodeKind.CLASS]
    return [(0, -1), *((one.start_byte, one.end_byte) for one in classes)]


@pytest.mark.parametrize("data", [NASTY, *(path.read_bytes() for path in FILES)], ids=["nasty", *(path.name for path in FILES)])
def test_an_outline_is_the_body_without_what_functions_share(data: bytes) -> None:
    """Who gives a name of a file a value is told by the outline, and must be told alike."""
    for span in spans(data):
        whole, outline = lower(data, "python", *span), lower(data, "python", *span, is_outline=True)
        assert whole is not None
        assert outline is not None
        assert outline.statements == without_shared(whole).statements
        assert outline.outer == whole.outer
        assert outline.parameters == whole.parameters


def test_an_outline_shares_nothing_where_the_body_does() -> None:
    """The test above would hold of an outline that is the body, if no function shared anything."""
    whole, outline = lower(NASTY, "python"), lower(NASTY, "python", is_outline=True)
    assert whole is not None
    assert outline is not None
    assert any(one.captured for one in whole.statements)
    assert any(one.rebound for one in whole.statements)
    assert not any(one.captured or one.rebound for one in outline.statements)
