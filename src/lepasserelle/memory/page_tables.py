"""Which pages a process holds, by its page table (`/proc/<pid>/pagemap`: 8 bytes a page, bit 63 says present). Changes nothing.

Invariant: what the system does not show is None, never nothing.
"""

import mmap
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OWN: Final = "/proc/self/pagemap"
_PAGE_BYTES: Final = mmap.PAGESIZE
_WINDOW_BYTES: Final = 64 * 1024 * 1024
PRESENT_SHIFT: Final = 63
_ENTRY_BYTES: Final = 8


def entries(address: int, length: int, pagemap: str = OWN) -> "NDArray[np.uint64] | None":
    """What the page table says of each page of a range in bytes; None when it cannot be read."""
    import numpy as np

    parts = []
    try:
        descriptor = os.open(pagemap, os.O_RDONLY | os.O_CLOEXEC)
    except (OSError, AttributeError):
        return None
    try:
        pages = -(-length // _PAGE_BYTES)
        for first in range(0, pages, _WINDOW_BYTES // _PAGE_BYTES):
            wanted = min(pages - first, _WINDOW_BYTES // _PAGE_BYTES) * _ENTRY_BYTES
            text = os.pread(descriptor, wanted, (address // _PAGE_BYTES + first) * _ENTRY_BYTES)
            if len(text) != wanted:
                return None
            parts.append(np.frombuffer(text, dtype=np.uint64))
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return np.concatenate(parts)


def present_pages(address: int, length: int, pagemap: str = OWN) -> "NDArray[np.bool_] | None":
    """Whether each page of the range is in memory; None as `entries`."""
    import numpy as np

    found = entries(address, length, pagemap)
    return None if found is None else (found >> np.uint64(PRESENT_SHIFT)).astype(bool)


def distinct_bytes(pagemap: str, mappings: Iterable[tuple[int, int, int]]) -> int | None:
    """Bytes of one file that its mappings (address, length, offset in the file; whole pages) hold together, each page once."""
    import numpy as np

    ranges = list(mappings)
    held = np.zeros(max((offset + length for _, length, offset in ranges), default=0) // _PAGE_BYTES, dtype=bool)
    for address, length, offset in ranges:
        found = present_pages(address, length, pagemap)
        if found is None:
            return None
        held[offset // _PAGE_BYTES :][: len(found)] |= found
    return int(held.sum()) * _PAGE_BYTES
