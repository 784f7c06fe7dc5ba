"""Reads everything that caches could be brought back from, and says what is whole. Mends nothing: the next question does.

Not here: what a whole file is (`storage`, `memory.store`). Invariant: damaged stored entries are put aside by the store, segments
stay where they are, so that `current` finds and mends them as it always does.
"""

from pathlib import Path

from lepasserelle.errors import DamagedError, NotIndexedError
from lepasserelle.memory.store import CacheStore
from lepasserelle.model import CacheCheck, SegmentCheck
from lepasserelle.storage import Index, Snapshot


def check(folder: Path, store: CacheStore) -> CacheCheck:
    """Every segment of the current generation and every stored answer, read whole."""
    found = store.verify()
    return CacheCheck(
        segments=_segments(folder),
        entries=found.entries,
        entry_bytes=found.bytes,
        damaged=found.damaged,
        put_aside=found.put_aside,
        unreadable=found.unreadable,
    )


def _segments(folder: Path) -> tuple[SegmentCheck, ...]:
    try:
        snapshot = Index.open(folder).pin()
    except NotIndexedError:
        return ()
    with snapshot:
        return tuple(SegmentCheck(ref.kind, ref.size_bytes, _problem(snapshot, ref.kind)) for ref in snapshot.manifest.segments)


def _problem(snapshot: Snapshot, kind: str) -> str:
    try:
        snapshot.segment(kind).close()
    except DamagedError as error:
        return str(error)
    return ""
