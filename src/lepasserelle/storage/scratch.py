"""Memory to work in that is brought in by one call and used again: what a fresh page costs is waiting for the system, page by page.

What takes a fault for each page that is touched first (a virtual machine, Linux 6: 1.65 MB in 1.2 ms) takes half as long in one
call for all of them, and a fifth as one huge page. Not safe for threads: each has its own. Invariant: what is taken lies in nothing
else that is taken; what is in it then is anything.
"""

import mmap
from contextlib import suppress
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

_ALIGNED: Final = 64
_HUGE_BYTES: Final = 1 << 21
_STEP_BYTES: Final = 1 << 22
"""The interpreter's lock is held meanwhile: a millisecond or two."""

_POPULATE_WRITE: Final = 23
"""Of `madvise`, since Linux 5.14."""


def aligned_bytes(size_bytes: int) -> int:
    """What so many bytes take of a scratch."""
    return -(-size_bytes // _ALIGNED) * _ALIGNED


def pages(size_bytes: int) -> memoryview:
    """At least so many bytes of fresh pages, all of them there where the system can do that. Raises `MemoryError`.

    From half a huge page on they are huge ones where there are any: at most a half comes on top, and one more of the address space.
    """
    is_huge = size_bytes > _HUGE_BYTES // 2 and hasattr(mmap, "MADV_HUGEPAGE")
    unit_bytes = _HUGE_BYTES if is_huge else mmap.PAGESIZE
    whole_bytes = max(1, -(-size_bytes // unit_bytes)) * unit_bytes
    flags = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}
    try:
        mapped = mmap.mmap(-1, whole_bytes + (unit_bytes if is_huge else 0), **flags)
    except OSError as error:
        raise MemoryError(f"{whole_bytes} bytes to work in were refused: {error}") from error
    start = -int(np.frombuffer(mapped, np.uint8).__array_interface__["data"][0]) % unit_bytes
    with suppress(OSError, AttributeError):  # what is not brought in now comes page by page
        if is_huge:
            mapped.madvise(mmap.MADV_HUGEPAGE, start, whole_bytes)
        for offset in range(0, whole_bytes, _STEP_BYTES):
            mapped.madvise(_POPULATE_WRITE, start + offset, min(_STEP_BYTES, whole_bytes - offset))
    return memoryview(mapped)[start : start + whole_bytes]


class Scratch:
    """A stretch of pages of which is taken from the front on, until all of it is given back at once."""

    def __init__(self, held: memoryview) -> None:
        self._held = held
        self._taken_bytes = 0

    def take(self, size_bytes: int) -> memoryview:
        """So many bytes; fresh ones where there are not so many left. Raises `MemoryError`."""
        start = self._taken_bytes
        if start + size_bytes > len(self._held):
            return np.empty(size_bytes, np.uint8).data
        self._taken_bytes = aligned_bytes(start + size_bytes)
        return self._held[start : start + size_bytes]

    def empty(self, count: int, dtype: DTypeLike, /) -> NDArray[Any]:
        """The same as `numpy.empty` gives it, one dimension of so many items."""
        kind = np.dtype(dtype)
        return np.frombuffer(self.take(count * kind.itemsize), kind) if count else np.empty(0, kind)

    def give_back(self) -> None:
        """Nothing that was taken is needed any more."""
        self._taken_bytes = 0
