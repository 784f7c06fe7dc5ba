"""Reads everything that caches could be brought back from, and says what is whole. Mends nothing: the next question does.

Not here: what a whole file is (`storage`, `memory.store`). Invariant: damaged stored entries are put aside by the store, segments
stay where they are, so that `current` finds and mends them as it always does.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lepasserelle.errors import DamagedError, NotIndexedError
from lepasserelle.memory.store import CacheStore
from lepasserelle.model import CacheCheck, SegmentCheck
from lepasserelle.storage import Index, Segment, SegmentRef

if TYPE_CHECKING:
    from lepasserelle.memory.tiers import TieredStore


def check(folder: Path, store: "CacheStore | TieredStore") -> CacheCheck:
    """Every segment of the current generation, its copy, and every stored answer, read whole."""
    found = store.verify()
    segments, copies = _files(folder)
    return CacheCheck(
        segments=segments,
        copies=copies,
        entries=found.entries,
        entry_bytes=found.bytes,
        damaged=found.damaged,
        put_aside=found.put_aside,
        unreadable=found.unreadable,
    )


def _files(folder: Path) -> tuple[tuple[SegmentCheck, ...], tuple[SegmentCheck, ...]]:
    """Segments of the current generation, and their copies."""
    from lepasserelle.storage.frozen import check_copy, copy_bytes

    try:
        snapshot = Index.open(folder).pin()
    except NotIndexedError:
        return (), ()
    segments, copies = [], []
    with snapshot:
        for ref in snapshot.manifest.segments:
            segments.append(SegmentCheck(ref.kind, ref.size_bytes, _problem(_read_segment, folder, ref)))
            size_bytes = copy_bytes(folder, ref)
            if size_bytes is not None:
                copies.append(SegmentCheck(ref.kind, size_bytes, _problem(check_copy, folder, ref)))
    return tuple(segments), tuple(copies)


def _read_segment(folder: Path, ref: SegmentRef) -> None:
    Segment.open(folder, ref).close()


def _problem(read: Callable[[Path, SegmentRef], None], folder: Path, ref: SegmentRef) -> str:
    try:
        read(folder, ref)
    except DamagedError as error:
        return str(error)
    return ""
