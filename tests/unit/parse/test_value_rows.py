"""Rows of value code as bytes: what is packed in several parts is what one array would hold."""

from array import array

import pytest
import zstandard

from lepasserelle.parse.value_code import Rows


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
