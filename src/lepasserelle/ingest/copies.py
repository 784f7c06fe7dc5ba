"""Compressed copies of a generation's segments: kept once it is published, used when a segment is lost. Builds nothing.

Each is kept twice: as a file, and in lestockage, where it stays when the files are gone. Bringing a segment back from either
takes a fraction of a second where linking or encoding takes many. The text segment has none, since its frames lie in lestockage
as they are.
Invariant: an index without copies is whole. One that cannot be made is a note, one that is damaged is put aside, and neither
changes an answer or ends a run. The writer's lock is held.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final

import msgspec

from lepasserelle.durable.atomic import atomic_file
from lepasserelle.durable.failures import storage_errors
from lepasserelle.errors import BudgetExceededError, DamagedError, StorageError
from lepasserelle.ingest.reserving import Reserve, copying_bytes, unlimited
from lepasserelle.model import Derivation
from lepasserelle.storage import DamagedCopy, DamagedSegment, Index, Lestockage, Manifest, SegmentRef
from lepasserelle.storage.layout import FROZEN, frozen_path

COPIED_KINDS: Final = ("graph", "lexical", "vectors", "trigrams")


def derivations(kind: str) -> Mapping[str, Derivation]:
    """Sections of a kind of segment that a copy of it need not hold."""
    if kind != "graph":
        return {}
    from lepasserelle.graph.derived import DERIVED

    return DERIVED


class Repaired(msgspec.Struct, frozen=True):
    """How the segments of a generation came back."""

    thawed: tuple[str, ...] = ()
    """Kinds that were brought back from their copies' files."""
    restored: tuple[str, ...] = ()
    """Kinds that were brought back from the copies in lestockage."""
    built: tuple[str, ...] = ()
    """Kinds that were built again from the facts, terms and texts in lestockage."""
    from_sources: bool = False
    """Neither was possible: everything was indexed again."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """All that came back."""
        return self.thawed + self.restored + self.built

    def told(self, kind: str) -> str:
        """What became of `kind`, as the end of a sentence."""
        if kind in self.thawed:
            return BACK_FROM_FILE
        return BACK_FROM_LESTOCKAGE if kind in self.restored else "built again"


BACK_FROM_FILE: Final = "brought back from its compressed copy"
BACK_FROM_LESTOCKAGE: Final = "brought back from its copy in lestockage"


def keep_copies(index: Index, manifest: Manifest, notes: list[str], reserve: Reserve = unlimited) -> None:
    """Make the copies that are missing: the children make them with the segments, so that there is none, as a rule. What cannot be
    made, or is granted no memory here, is said in `notes`.
    """
    missing = [ref for ref in manifest.segments if ref.kind in COPIED_KINDS and not frozen_path(index.folder, ref.name).exists()]
    failed = [(ref.kind, why) for ref in missing if (why := _refused(index, ref, manifest.counts, reserve))]
    if failed:
        notes.append(
            f"{len(failed)} compressed copies could not be kept ({', '.join(kind for kind, _ in failed)}: {failed[0][1]}). "
            "The index is complete; a segment that is lost would be built again, which takes longer"
        )


def _refused(index: Index, ref: SegmentRef, counts: Mapping[str, int], reserve: Reserve) -> str:
    """Why no copy of a segment could be made; empty when it was."""
    from lepasserelle.storage.frozen import SegmentInUseError, freeze

    try:
        with reserve(copying_bytes(ref.kind, counts), "compressing"):
            freeze(index.folder, ref, derivations(ref.kind))
    except DamagedSegment:
        return ""  # whoever reads it next has it mended
    except SegmentInUseError:
        return ""  # the next run makes it; lestockage has one
    except (StorageError, BudgetExceededError) as error:
        return str(error)
    return ""


def keep_in_lestockage(index: Index, lestockage: Lestockage, manifest: Manifest | None, notes: list[str]) -> None:
    """Have lestockage hold the copies of this generation that there are as files, and no others; None: none at all."""
    refs = [] if manifest is None else [ref for ref in manifest.segments if ref.kind in COPIED_KINDS]
    paths = {ref: frozen_path(index.folder, ref.name) for ref in refs}
    try:
        held = lestockage.copies()
        wanted = {ref: path for ref, path in paths.items() if ref.name in held or path.exists()}
        if {ref.name for ref in wanted} != held:
            lestockage.keep_copies(wanted)
    except StorageError as error:
        notes.append(
            f"the compressed copies could not be kept in lestockage ({error}). The index is complete; "
            "a segment that is lost together with its copy would be built again, which takes longer"
        )


def drop_copies(index: Index) -> None:
    """Delete all files of copies: what can be done without goes first where room is short."""
    with suppress(OSError):
        for path in (index.folder / FROZEN).iterdir():
            path.unlink()


def bring_back(index: Index, refs: Iterable[SegmentRef]) -> list[SegmentRef]:
    """Write these segments anew from their copies' files; those that came back. A damaged copy is put aside, so that it is made
    again.

    What cannot be read or written is left to whoever builds it: that names what is wrong.
    """
    from lepasserelle.storage.thawing import thaw

    found: list[SegmentRef] = []
    for ref in refs:
        try:
            if thaw(index.folder, ref, derivations(ref.kind)):
                found.append(ref)
        except DamagedCopy as error:
            index.quarantine(error.path)
        except StorageError:
            continue
    return found


def restore(index: Index, lestockage: Lestockage, refs: Iterable[SegmentRef]) -> list[SegmentRef]:
    """Write these segments anew from the copies in lestockage, and the files of these copies with them; those that came back. A
    damaged copy is forgotten, so that it is made again. Raises `DamagedError` when the database is damaged.
    """
    from lepasserelle.storage.thawing import thaw

    found: list[SegmentRef] = []
    for ref in refs:
        try:
            if _write_file(index, lestockage, ref):
                if thaw(index.folder, ref, derivations(ref.kind)):
                    found.append(ref)
                else:  # of another version
                    _forget(index, lestockage, ref)
        except DamagedCopy:
            _forget(index, lestockage, ref)
        except DamagedError:
            raise
        except StorageError:
            continue
    return found


def _forget(index: Index, lestockage: Lestockage, ref: SegmentRef) -> None:
    """Have neither that copy nor the file that was written of it."""
    with suppress(OSError):
        frozen_path(index.folder, ref.name).unlink()
    lestockage.forget_copy(ref)


def _write_file(index: Index, lestockage: Lestockage, ref: SegmentRef) -> bool:
    """Write the file of a copy out of lestockage; False when that has none."""
    pieces = lestockage.copy(ref)
    first = next(pieces, None)
    if first is None:
        return False
    path = frozen_path(index.folder, ref.name)
    with storage_errors("create", path.parent):
        path.parent.mkdir(exist_ok=True)
    with atomic_file(path, "restore", sync=False) as out:
        out.write(first)
        for piece in pieces:
            out.write(piece)
    return True
