"""Reads everything that caches could be brought back from, and says what is whole. Mends nothing: the next question does.

Not here: what a whole file is (`storage`, `memory.store`). Invariant: damaged stored entries are put aside by the store, segments
stay where they are, so that `current` finds and mends them as it always does.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lepasserelle.errors import DamagedError, NotIndexedError, StorageError
from lepasserelle.memory.store import CacheStore
from lepasserelle.model import CacheCheck, SegmentCheck
from lepasserelle.storage import DamagedCopy, Index, SegmentRef
from lepasserelle.storage.layout import frozen_path

if TYPE_CHECKING:
    from lepasserelle.memory.tiers import TieredStore
    from lepasserelle.storage import Lestockage


_LOST = "lost: it lay in {}, which is not there. Mount it again, or the next run of `leindex index` makes another one"


def check(folder: Path, store: "CacheStore | TieredStore") -> CacheCheck:
    """Every segment of the current generation, its copies, and every stored answer, read whole."""
    found = store.verify()
    segments, copies, stored = _index(folder)
    return CacheCheck(
        segments=segments,
        copies=copies,
        stored=stored,
        entries=found.entries,
        entry_bytes=found.bytes,
        damaged=found.damaged,
        put_aside=found.put_aside,
        unreadable=found.unreadable,
    )


_Checks = tuple[SegmentCheck, ...]


def _index(folder: Path) -> tuple[_Checks, _Checks, _Checks]:
    """Segments of the current generation, their copies that are files or were, and those that lestockage keeps."""
    from lepasserelle.ingest.copies import derivations
    from lepasserelle.storage.frozen import copy_bytes
    from lepasserelle.storage.thawing import check_copy

    try:
        snapshot = Index.open(folder).pin()
    except NotIndexedError:
        return (), (), ()
    segments, copies = [], []
    with snapshot:
        for ref in snapshot.manifest.segments:
            segments.append(SegmentCheck(ref.kind, ref.size_bytes, _problem(_read_segment, folder, ref)))
            size_bytes = copy_bytes(folder, ref)
            path = frozen_path(folder, ref.name)
            if size_bytes is None and path.is_symlink():
                copies.append(SegmentCheck(ref.kind, 0, _LOST.format(path.readlink())))
            elif size_bytes is not None:
                copies.append(
                    SegmentCheck(ref.kind, size_bytes, _problem(partial(check_copy, derived=derivations(ref.kind)), folder, ref))
                )
        return tuple(segments), tuple(copies), _stored(folder, snapshot.manifest.segments)


def _stored(folder: Path, refs: Sequence[SegmentRef]) -> _Checks:
    """Copies in lestockage, as far as it can be opened: one that cannot keeps none that is of use."""
    from lepasserelle.storage import Lestockage

    found: list[SegmentCheck] = []
    try:
        with Lestockage.open(folder, writable=False) as lestockage:
            held = lestockage.copies()
            found.extend(_read_stored(lestockage, ref) for ref in refs if ref.name in held)
    except DamagedError as error:
        found.append(SegmentCheck("lestockage", 0, str(error)))
    except StorageError:
        return ()
    return tuple(found)


def _read_stored(lestockage: "Lestockage", ref: SegmentRef) -> SegmentCheck:
    size_bytes = 0
    try:
        for piece in lestockage.copy(ref):
            size_bytes += len(piece)
    except DamagedCopy as error:
        return SegmentCheck(ref.kind, size_bytes, str(error))
    return SegmentCheck(ref.kind, size_bytes)


def _read_segment(folder: Path, ref: SegmentRef) -> None:
    from lepasserelle.storage import Segment

    Segment.open(folder, ref).close()


def _problem(read: Callable[[Path, SegmentRef], None], folder: Path, ref: SegmentRef) -> str:
    try:
        read(folder, ref)
    except DamagedError as error:
        return str(error)
    return ""
