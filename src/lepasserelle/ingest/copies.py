"""Compressed copies of a generation's segments: kept once it is published, used when a segment is lost. Builds nothing.

They stand beside lestockage, which holds what segments are built from: bringing one back takes a fraction of a second where
building it again takes minutes. The text segment has none, since its frames lie in lestockage as they are.
Invariant: an index without copies is whole. One that cannot be made is a note, one that is damaged is put aside, and neither
changes an answer or ends a run. The writer's lock is held.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Final

import msgspec

from lepasserelle.errors import StorageError
from lepasserelle.storage import DamagedCopy, DamagedSegment, Index, Manifest, SegmentRef
from lepasserelle.storage.layout import FROZEN

COPIED_KINDS: Final = ("graph", "lexical", "vectors", "trigrams")


class Repaired(msgspec.Struct, frozen=True):
    """How the segments of a generation came back."""

    thawed: tuple[str, ...] = ()
    """Kinds that were brought back from their copies."""
    built: tuple[str, ...] = ()
    """Kinds that were built again from lestockage."""
    from_sources: bool = False
    """Neither was possible: everything was indexed again."""

    def told(self, kind: str) -> str:
        """What became of `kind`, as the end of a sentence."""
        return "brought back from its compressed copy" if kind in self.thawed else "built again"


def keep_copies(index: Index, manifest: Manifest, notes: list[str]) -> None:
    """Make the copies that are missing. What cannot be made is said in `notes`."""
    from lepasserelle.storage.frozen import copy_bytes, freeze

    failed: list[str] = []
    why = ""
    for ref in manifest.segments:
        if ref.kind not in COPIED_KINDS or copy_bytes(index.folder, ref) is not None:
            continue
        try:
            freeze(index.folder, ref)
        except DamagedSegment:
            continue  # whoever reads it next has it mended
        except StorageError as error:
            failed.append(ref.kind)
            why = why or str(error)
    if failed:
        notes.append(
            f"{len(failed)} compressed copies could not be kept ({', '.join(failed)}: {why}). "
            "The index is complete; a segment that is lost would be built again, which takes longer"
        )


def drop_copies(index: Index) -> None:
    """Delete all copies: what can be done without goes first where room is short."""
    with suppress(OSError):
        for path in (index.folder / FROZEN).iterdir():
            path.unlink()


def bring_back(index: Index, refs: Iterable[SegmentRef]) -> list[SegmentRef]:
    """Write these segments anew from their copies; those that came back. A damaged copy is put aside, so that it is made again.

    What cannot be read or written is left to whoever builds it: that names what is wrong.
    """
    from lepasserelle.storage.frozen import thaw

    found: list[SegmentRef] = []
    for ref in refs:
        try:
            if thaw(index.folder, ref):
                found.append(ref)
        except DamagedCopy as error:
            index.quarantine(error.path)
        except StorageError:
            continue
    return found
