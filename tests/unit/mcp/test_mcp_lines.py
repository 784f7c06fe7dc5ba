"""Bytes become lines, whole and bounded."""

from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.faces.mcp.lines import LineBuffer, TooLong


def fed(buffer: LineBuffer, data: bytes, sizes: list[int]) -> list[bytes | TooLong]:
    """The lines of `data`, fed in pieces of these sizes."""
    found: list[bytes | TooLong] = []
    at = 0
    for size in [*sizes, len(data)]:
        found += buffer.feed(data[at : at + size])
        at += size
    return found


@given(lines=st.lists(st.binary(max_size=40)), sizes=st.lists(st.integers(1, 30)))
def test_lines_come_whole_however_they_are_cut(lines: list[bytes], sizes: list[int]) -> None:
    """The oracle is a split of the whole; blank lines are passed over, and what nothing ended is the rest."""
    data = b"\n".join(lines)
    buffer = LineBuffer(1000)
    *whole, rest = data.split(b"\n")
    assert fed(buffer, data, sizes) == [line for line in whole if line.strip()]
    assert buffer.rest() == (rest if rest.strip() else b"")
    assert buffer.rest() == b""


@given(length=st.integers(0, 3000), sizes=st.lists(st.integers(1, 700)), most=st.integers(1, 2500))
def test_of_a_line_that_is_too_long_its_ends_are_kept(length: int, sizes: list[int], most: int) -> None:
    """And the lines around it come as ever."""
    middle = bytes(65 + place % 26 for place in range(length))
    before, after = b"b"[:most], b"a"[:most]
    found = fed(LineBuffer(most), b"\n".join([before, middle, after, b""]), sizes)
    assert found[0] == before
    assert found[-1] == after
    if not middle:
        assert len(found) == 2
    elif length <= most:
        assert found[1] == middle
    else:
        taken = found[1]
        assert isinstance(taken, TooLong)
        assert middle.startswith(taken.head)
        assert middle.endswith(taken.tail)
        assert len(taken.tail) == min(length, 1024)


def test_an_endless_line_takes_no_memory() -> None:
    """A thousand pieces, of which two ends are held."""
    buffer = LineBuffer(10_000)
    for _ in range(1000):
        assert list(buffer.feed(b"x" * 60_000)) == []
    assert len(buffer._held) <= 1024
    assert buffer.rest() == b""
    assert list(buffer.feed(b"next\n")) == [b"next"]


def test_a_line_that_has_begun_can_be_forgotten() -> None:
    """What a server that died had begun to say is nobody's."""
    buffer = LineBuffer(100)
    assert list(buffer.feed(b"half")) == []
    buffer.clear()
    assert list(buffer.feed(b"whole\n")) == [b"whole"]
