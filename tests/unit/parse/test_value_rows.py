"""Rows of value code as bytes, and the objects that write them."""

from array import array
from bisect import bisect_right

import pytest
import zstandard

from lepasserelle.model import NodeKind
from lepasserelle.parse.draft import Draft
from lepasserelle.parse.grammar import grammar
from lepasserelle.parse.value_code import Rows
from lepasserelle.parse.value_definitions import Definitions as PythonWalk
from lepasserelle.parse.value_ecmascript_definitions import EcmaDefinitions as EcmaWalk
from lepasserelle.parse.value_walk import Told, ValueWalk


@pytest.mark.parametrize("count", [0, 1, 8_191, 8_192, 8_193, 30_000])
def test_rows_are_numbers_of_four_bytes_however_many_there_are(count: int) -> None:
    """Every row and operand reads back as it was stated, on both sides of the number that is packed at once."""
    rows = Rows()
    for number in range(count):
        rows.add(number % 40, number, -number, rows.more((number, -1)))
    code = rows.freeze()
    held = array("i", zstandard.ZstdDecompressor().decompress(code.rows))
    assert held.tolist() == rows.rows
    assert len(held) == 4 * (count + 1)
    assert array("i", zstandard.ZstdDecompressor().decompress(code.extra)).tolist() == rows.extra


@pytest.mark.parametrize(("walk", "language"), [(PythonWalk, "python"), (EcmaWalk, "javascript")])
def test_a_walk_has_no_more_attributes_than_objects_share_the_names_of(walk: type[ValueWalk], language: str) -> None:
    """With one more, each walk keeps its attributes in a dictionary of its own, and every look at them takes longer."""
    grammar(language)
    module = Draft("", NodeKind.MODULE, 0, 0, -1)
    root = grammar(language).parser.parse(b"").root_node
    made = walk(Told(language, root, b"", [module], [], [], [0]))
    assert 20 < len(vars(made)) <= 29


def test_lines_are_those_of_the_text_in_whatever_order_they_are_asked_for() -> None:
    """The line that was asked for last answers for its own bytes alone."""
    starts = [0, 3, 3 + 4, 20]
    walk = PythonWalk(
        Told("python", grammar("python").parser.parse(b"").root_node, b"", [Draft("", NodeKind.MODULE, 0, 0, -1)], [], [], starts)
    )
    lines = {end: bisect_right(starts, end - 1) for end in range(1, 40)}
    order = [*range(1, 40), *range(39, 0, -1), 1, 39, 7, 8, 20, 21]
    asked = []
    for end in order:
        start, stop, line, _ = walk.lined
        asked.append(line if start < end <= stop else walk.line_at(end))
    assert asked == [lines[end] for end in order]
