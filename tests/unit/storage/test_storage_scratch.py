"""Memory that is taken and given back: nothing overlaps, and want of it is said."""

import mmap
from typing import Self

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.storage import scratch
from lepasserelle.storage.scratch import Scratch, pages


@given(st.lists(st.integers(0, 700), max_size=12))
def test_what_is_taken_lies_in_nothing_else_that_is_taken(sizes: list[int]) -> None:
    """Whether there is room for it or not."""
    held = Scratch(memoryview(bytearray(1500)))
    for _ in range(2):
        taken = [held.take(size) for size in sizes]
        for number, one in enumerate(taken):
            one[:] = bytes([number + 1]) * len(one)
        assert [bytes(one) for one in taken] == [bytes([number + 1]) * size for number, size in enumerate(sizes)]
        held.give_back()


def test_items_are_of_the_type_that_was_asked_for() -> None:
    """Also none of them, and after an odd number of bytes."""
    held = Scratch(memoryview(bytearray(4096)))
    held.take(3)
    wide, none = held.empty(5, "<u8"), held.empty(0, np.uint16)
    wide[:] = np.arange(5)
    assert (wide.dtype, none.dtype, len(none)) == (np.dtype("<u8"), np.dtype(np.uint16), 0)
    assert wide.flags.aligned


@pytest.mark.parametrize("size_bytes", [0, 1, 5000, 1_500_000, 5_000_000])
def test_pages_are_as_many_as_were_asked_for_and_can_be_written(size_bytes: int) -> None:
    """Of whatever size: at most half a huge page more where they are huge."""
    held = pages(size_bytes)
    assert size_bytes <= len(held) <= max(2 * size_bytes, mmap.PAGESIZE)
    held[-1] = 7
    assert held[-1] == 7


@pytest.mark.parametrize("refused", ["mmap", "madvise"])
def test_want_of_memory_is_a_memory_error_and_a_system_without_such_advice_does_without(
    monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    """`mmap` says it as an error of the system, which would be taken for one of the disk."""

    class Stub(mmap.mmap):
        def __new__(cls, *arguments: object, **more: object) -> Self:
            if refused == "mmap":
                raise OSError(12, "Cannot allocate memory")
            return super().__new__(cls, *arguments, **more)  # type: ignore[arg-type]

        def madvise(self, *_: int) -> None:
            raise OSError(22, "Invalid argument")

    monkeypatch.setattr(scratch.mmap, "mmap", Stub)
    if refused == "mmap":
        with pytest.raises(MemoryError, match="refused"):
            pages(5_000_000)
    else:
        assert len(pages(5_000_000)) >= 5_000_000
