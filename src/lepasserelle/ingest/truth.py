"""Opens what the last run committed, whatever state it is in: whole, damaged, of another version, or absent.

Damage and foreign versions end here: they become an empty lestockage to be filled from the sources, and a note that says so.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from lepasserelle.errors import DamagedError
from lepasserelle.files import SECRET_RULES_VERSION
from lepasserelle.ingest.segments import KINDS
from lepasserelle.model import FACTS_VERSION
from lepasserelle.storage import Index, IndexedFile, Lestockage, Manifest, VersionMismatch
from lepasserelle.storage.layout import LESTOCKAGE, SEGMENTS

FEATURES: Final[Mapping[str, int]] = {
    "facts": FACTS_VERSION,
    "secrets": SECRET_RULES_VERSION,
    "graph": 1,
    "lexical": 1,
    "vectors": 1,
    "text": 1,
}
"""Versions of what is in the segments; an index with others is built anew. A builder's number grows when it would build something else."""


class Truth(msgspec.Struct):
    """What is committed."""

    manifest: Manifest | None
    """The published generation, or None when there is none that can be used."""
    lestockage: Lestockage
    generation: int
    """Last committed in lestockage; larger than the manifest's when a run died before it published."""
    files: list[IndexedFile]
    is_current: bool
    """Whether the published segments are those of `files`, all there, and built by this version."""


def open_manifest(index: Index, notes: list[str]) -> Manifest | None:
    """The published generation; a damaged one is replaced by its latest whole copy. The writer's lock is held."""
    try:
        return index.manifest()
    except VersionMismatch as error:
        notes.append(
            f"the index was made by another version ({error.what} {error.found} instead of {error.expected}): everything is built anew"
        )
        return None
    except DamagedError:
        recovered = index.recover()
        notes.append(
            "the manifest was damaged: " + ("its copy was put in place" if recovered is not None else "everything is built anew")
        )
        return recovered


def open_truth(index: Index, notes: list[str]) -> Truth:
    """Manifest and lestockage together. The caller closes the lestockage. Raises `StorageError`."""
    manifest = open_manifest(index, notes)
    lestockage = _open_lestockage(index, notes)
    try:
        generation, files = lestockage.generation(), lestockage.files()
    except DamagedError:
        lestockage.close()
        notes.append("the stored table of files was damaged: every file is read again")
        lestockage, generation, files = Lestockage.open(index.folder), 0, []
    is_current = manifest is not None and manifest.generation == generation and _is_whole(index.folder, manifest, notes)
    return Truth(manifest, lestockage, generation, files, is_current)


def put_truth_aside(index: Index) -> None:
    """Move a lestockage that turned out to be damaged into quarantine; nobody has it open."""
    for suffix in ("", "-wal", "-shm"):
        index.quarantine(index.folder / (LESTOCKAGE + suffix))


def _open_lestockage(index: Index, notes: list[str]) -> Lestockage:
    try:
        return Lestockage.open(index.folder)
    except VersionMismatch as error:
        notes.append(
            f"the stored facts were made by another version ({error.found} instead of {error.expected}): everything is parsed anew"
        )
        Lestockage.discard(index.folder)
    except DamagedError:
        notes.append("the stored facts were damaged: everything is parsed anew from the sources")
    return Lestockage.open(index.folder)


def _is_whole(folder: Path, manifest: Manifest, notes: list[str]) -> bool:
    """Whether the segments are all there in their length (their content is verified by who reads it) and of this version."""
    try:
        manifest.expect(FEATURES)
    except VersionMismatch as error:
        notes.append(f"the {error.what} was made by another version ({error.found} instead of {error.expected}): it is built anew")
        return False
    sizes = {ref.kind: _size(folder / SEGMENTS / ref.name) == ref.size_bytes for ref in manifest.segments}
    lost = sorted(kind for kind in KINDS if not sizes.get(kind, False))
    if lost:
        notes.append(f"missing or truncated and built anew: {', '.join(lost)}")
    return not lost


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
