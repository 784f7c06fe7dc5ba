"""Rows of value code as bytes, and the objects that write them."""

from array import array

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
    made = walk(Told(language, b"", [module], [], [], [0]))
    assert 20 < len(vars(made)) <= 29
