"""Gives pages back to the system, brings them in, and says how many there are. Acts on files mapped read-only and on the heap.

Not here: when (the manager) and of what (the object's owner). Invariants: every function returns what was measured, or None where
the system cannot do it or tell, never 0 for that; nothing but a read-only map of a file is ever dropped, because dropping private
memory would lose it; the interpreter's lock is free while the system works, in steps of 4 MB, because a long call under it stops
every thread (`mmap.madvise` of 512 MB: 254 ms).
"""

import ctypes
import mmap
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any, Final

from lepasserelle.memory.page_tables import OWN, PRESENT_SHIFT, entries, present_pages

STEP_BYTES: Final = 4 * 1024 * 1024
_WINDOW_BYTES: Final = 64 * 1024 * 1024
_PAGE_BYTES: Final = mmap.PAGESIZE
_READ_FLAGS: Final = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
"""A pipe in a file's place is not waited for."""

_DONTNEED: Final = 4
_POPULATE_READ: Final = 22
_ALONE_SHIFT: Final = 56
"""Of an entry of `pagemap` (Documentation/admin-guide/mm/pagemap.rst): no other process maps the page."""
_BYTE_TO_BIT: Final = bytes(value & 1 for value in range(256))


def give_back(mapped: mmap.mmap, start: int = 0, length: int | None = None, go_on: Callable[[], bool] | None = None) -> int | None:
    """Give the pages of a read-only file map back; a later read brings them again. Returns bytes this process no longer holds.

    `start` and `length` in bytes; pages that lie in the range only in part stay. `go_on` is asked before each step of `STEP_BYTES`:
    False ends it there. None where the system has no such call. Raises `ValueError` for a map that can be written or is closed.
    """
    advise = _advise()
    if advise is None:
        return None
    with _address(mapped) as (address, size_bytes):
        first, end = _whole_pages(start, size_bytes if length is None else min(size_bytes, start + length), size_bytes)
        before = _present_bytes(address + first, end - first)
        for offset in range(first, end, STEP_BYTES):
            if go_on is not None and not go_on():
                break
            advise(address + offset, min(STEP_BYTES, end - offset), _DONTNEED)
        after = _present_bytes(address + first, end - first)
    return None if before is None or after is None else max(0, before - after)


def populate(mapped: mmap.mmap, start: int = 0, length: int | None = None) -> None:
    """Bring the pages of a read-only file map into this process.

    Where the kernel cannot do it in one call (before Linux 5.14) each page is touched instead. What came is not counted: reading
    the page table twice takes as long as bringing the pages (`resident_bytes` tells).
    """
    with _address(mapped) as (address, size_bytes):
        first = start - start % _PAGE_BYTES
        end = size_bytes if length is None else min(size_bytes, start + length)
        for offset in range(first, end, STEP_BYTES):
            _bring_in(mapped, address, offset, min(STEP_BYTES, end - offset))


def resident_bytes(mapped: mmap.mmap) -> int | None:
    """How much of a read-only file map this process holds now, by its page table; None where the system does not show it."""
    with _address(mapped) as (address, size_bytes):
        return _present_bytes(address, size_bytes)


def resident_blocks(mapped: mmap.mmap, block_bytes: int) -> list[int] | None:
    """Numbers of the blocks of a read-only file map of which this process holds at least one page; None where the system does not
    show it. `block_bytes`: a multiple of the size of a page.
    """
    import numpy as np

    with _address(mapped) as (address, size_bytes):
        if not size_bytes:
            return []
        present = present_pages(address, size_bytes)
    if present is None:
        return None
    pages_a_block = block_bytes // _PAGE_BYTES
    padded = np.zeros(-(-len(present) // pages_a_block) * pages_a_block, dtype=bool)
    padded[: len(present)] = present
    found: list[int] = np.flatnonzero(padded.reshape(-1, pages_a_block).any(axis=1)).tolist()
    return found


def held_alone_bytes(ranges: Iterable[tuple[int, int]], pagemap: str = OWN) -> int | None:
    """Pages that this process holds of stretches of its address space (first address, bytes), when nobody else maps any of them;
    None when somebody does, and where the system does not show it.
    """
    import numpy as np

    held = 0
    for address, length in ranges:
        found = entries(address, length, pagemap)
        if found is None:
            return None
        present = found >> np.uint64(PRESENT_SHIFT)
        if (present > (found >> np.uint64(_ALONE_SHIFT) & np.uint64(1))).any():
            return None
        held += int(present.sum())
    return held * _PAGE_BYTES


def drop_file_cache(path: str | os.PathLike[str]) -> int | None:
    """Ask the system to forget a file's clean pages; those that any process maps stay. Returns bytes that it no longer holds.

    None where it cannot be asked, or would not tell (see `system_resident_bytes`). Raises `OSError` when the file cannot be opened.
    """
    if not hasattr(os, "posix_fadvise"):
        return None
    before = system_resident_bytes(path)
    descriptor = os.open(path, _READ_FLAGS)
    try:
        for offset in range(0, os.fstat(descriptor).st_size, STEP_BYTES):
            os.posix_fadvise(descriptor, offset, STEP_BYTES, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)
    after = system_resident_bytes(path)
    return None if before is None or after is None else max(0, before - after)


def system_resident_bytes(path: str | os.PathLike[str]) -> int | None:
    """How much of a file the system's page cache holds, for whatever process; by `mincore`, which touches nothing.

    None when the file is gone, off Linux, and where the kernel would not tell the truth: since 5.2 it says "all" to those who
    neither own the file nor may write it.
    """
    library = _library()
    if library is None or not sys.platform.startswith("linux"):
        return None
    try:
        descriptor = os.open(path, _READ_FLAGS)
    except OSError:
        return None
    try:
        found = os.fstat(descriptor)
        if found.st_uid != os.geteuid() and not os.access(path, os.W_OK):
            return None
        return _cached_bytes(library, descriptor, found.st_size)
    except (OSError, ValueError):
        return None
    finally:
        os.close(descriptor)


def trim_heap() -> bool | None:
    """Have the C library return free heap pages to the system (`malloc_trim`, glibc). True when it did; None where there is none.

    How much came back is for the meter to say: the library does not tell.
    """
    library = _library()
    if library is None or not hasattr(library, "malloc_trim"):
        return None
    return bool(library.malloc_trim(0))


@cache
def _library() -> ctypes.CDLL | None:
    if os.name != "posix":
        return None
    library = ctypes.CDLL(None, use_errno=True)
    with suppress(AttributeError):
        library.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        library.mincore.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)
    with suppress(AttributeError):
        library.malloc_trim.argtypes = (ctypes.c_size_t,)
    return library


def _advise() -> Callable[[int, int, int], int] | None:
    """`madvise` where `MADV_DONTNEED` means what Linux means by it. A foreign call: the interpreter's lock is free within it."""
    library = _library()
    if library is None or not sys.platform.startswith("linux"):
        return None
    advise: Callable[[int, int, int], int] = library.madvise
    return advise


@contextmanager
def _address(mapped: mmap.mmap) -> Iterator[tuple[int, int]]:
    """(address, size) of a read-only map. The export that gives them keeps it from being closed, and its address from being
    used for something else, until the block ends.
    """
    import numpy as np

    with memoryview(mapped) as export:
        if not export.readonly:
            raise ValueError("only a read-only map of a file may be given back or populated")
        if not len(export):
            yield 0, 0
            return
        array: Any = np.frombuffer(export, dtype=np.uint8)
        try:
            yield int(array.ctypes.data), len(export)
        finally:
            del array


def _whole_pages(start: int, end: int, size_bytes: int) -> tuple[int, int]:
    """The pages that lie wholly within [start, end); the last one of the map counts as whole."""
    first = -(-start // _PAGE_BYTES) * _PAGE_BYTES
    last = end if end >= size_bytes else end - end % _PAGE_BYTES
    return (first, last) if first < last else (0, 0)


def _bring_in(mapped: mmap.mmap, address: int, offset: int, length: int) -> None:
    advise = _advise()
    if advise is not None and advise(address + offset, length, _POPULATE_READ) == 0:
        return
    import numpy as np

    pages = np.frombuffer(mapped, dtype=np.uint8, count=length, offset=offset)[::_PAGE_BYTES]
    pages.max()  # reads one byte of each page; numpy frees the interpreter's lock for it


def _present_bytes(address: int, length: int) -> int | None:
    """Pages in the page table of this process, in bytes."""
    if not length:
        return 0
    present = present_pages(address, length)
    return None if present is None else int(present.sum()) * _PAGE_BYTES


def _cached_bytes(library: ctypes.CDLL, descriptor: int, size_bytes: int) -> int | None:
    """Pages of a file in the page cache, by windows of its own private map, which is never touched."""
    found = 0
    for offset in range(0, size_bytes, _WINDOW_BYTES):
        length = min(_WINDOW_BYTES, size_bytes - offset)
        flags = ctypes.create_string_buffer(-(-length // _PAGE_BYTES))
        with (
            mmap.mmap(descriptor, length, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ, offset=offset) as window,
            _address(window) as at,
        ):
            if library.mincore(at[0], length, flags) != 0:
                return None
        found += flags.raw.translate(_BYTE_TO_BIT).count(1)
    return found * _PAGE_BYTES
