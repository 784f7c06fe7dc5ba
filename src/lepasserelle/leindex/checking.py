"""Reads everything that caches could be brought back from, and says what is whole. Mends nothing: the next question does, or the
next `leindex index`.

Not here: what a whole file is (`storage`, `memory.store`). Invariant: damaged stored entries are put aside by the store, segments
stay where they are, so that `current` finds and mends them as it always does; what lestockage holds that is not what was written is
marked or forgotten, so that the next run writes it again.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lepasserelle.errors import DamagedError, NotIndexedError, StorageError
from lepasserelle.memory.store import CacheStore
from lepasserelle.model import CacheCheck, SegmentCheck
from lepasserelle.storage import DamagedCopy, Index, SegmentRef
from lepasserelle.storage.layout import LESTOCKAGE, frozen_path

if TYPE_CHECKING:
    from lepasserelle.memory.tiers import TieredStore
    from lepasserelle.storage import Lestockage


_ROWS = "rows of {} files are not what was written, first {}. Run `leindex index` to write them again; no answer comes from them"
_CONTENTS = "what is stored of {} files is not what was written, first {}. Run `leindex index` to read them again"
_LOST = "lost: it lay in {}, which is not there. Mount it again, or the next run of `leindex index` makes another one"


def check(folder: Path, store: "CacheStore | TieredStore") -> CacheCheck:
    """Every segment of the current generation, its copies, and every stored answer, read whole."""
    found = store.verify()
    segments, copies, stored = _index(folder)
    rows, contents = _altered(folder) if segments else ("", "")
    return CacheCheck(
        segments=segments,
        copies=copies,
        stored=stored,
        entries=found.entries,
        entry_bytes=found.bytes,
        damaged=found.damaged,
        put_aside=found.put_aside,
        unreadable=found.unreadable,
        rows=rows,
        contents=contents,
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


def _altered(folder: Path) -> tuple[str, str]:
    """What is to be said of rows of symbols and edges, and of what files say, from neither of which answers come. Where lestockage
    cannot be opened, that is told of it, and in a folder that cannot be written neither is looked at.
    """
    from lepasserelle.storage import Lestockage

    if not (folder / LESTOCKAGE).is_file():
        return "", ""  # opening it for writing would make an empty one
    try:
        with Lestockage.open(folder) as lestockage:
            rows = _told(_ROWS, lestockage.damaged_rows())
            try:
                return rows, _told(_CONTENTS, lestockage.damaged_contents())
            except DamagedError as error:
                return rows, str(error)
    except StorageError:
        return "", ""


def _told(what: str, paths: Sequence[str]) -> str:
    return what.format(len(paths), paths[0]) if paths else ""


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
