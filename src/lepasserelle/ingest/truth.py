"""Opens what the last run committed, whatever state it is in: whole, damaged, of another version, or absent.

Damage and foreign versions end here: they become an empty lestockage to be filled from the sources, and a note that says so.
"""

from pathlib import Path

import msgspec

from lepasserelle.config import Settings
from lepasserelle.errors import DamagedError
from lepasserelle.files import path_to_os
from lepasserelle.ingest.features import expect, features_of
from lepasserelle.ingest.segments import KINDS
from lepasserelle.storage import Index, IndexedFile, Lestockage, Manifest, VersionMismatch
from lepasserelle.storage.belonging import check_files, check_project
from lepasserelle.storage.layout import LESTOCKAGE, SEGMENTS


class Truth(msgspec.Struct):
    """What is committed."""

    manifest: Manifest | None
    """The published generation, or None when there is none that can be used."""
    lestockage: Lestockage
    generation: int
    """Last committed in lestockage; larger than the manifest's when a run died before it published."""
    files: list[IndexedFile]
    is_fitting: bool
    """Whether the manifest is that of `files`, and its segments were built by this version."""
    lost: list[str]
    """Kinds of segments that should be there and are not, or not in their length."""

    @property
    def is_current(self) -> bool:
        """Whether nothing has to be built as long as the working tree is the same."""
        return self.is_fitting and not self.lost


def open_manifest(index: Index, project: Path, notes: list[str]) -> Manifest | None:
    """The published generation; a damaged one is replaced by its latest whole copy. The writer's lock is held.

    Raises `IndexFolderError` when it is that of another project.
    """
    manifest = _readable_manifest(index, project, notes)
    if manifest is not None:
        check_project(manifest.project, index.folder, project, takes_over=True)
    return manifest


def _readable_manifest(index: Index, project: Path, notes: list[str]) -> Manifest | None:
    try:
        return index.manifest()
    except VersionMismatch as error:
        check_project(error.project, index.folder, project, takes_over=True)
        notes.append(
            f"the index was made by another version ({error.what} {error.found}, not {error.expected}): everything is built anew"
        )
        return None
    except DamagedError:
        recovered = index.recover()
        notes.append(
            "the manifest was damaged: " + ("its copy was put in place" if recovered is not None else "everything is built anew")
        )
        return recovered


def open_truth(index: Index, settings: Settings, project: Path, notes: list[str]) -> Truth:
    """Manifest and lestockage together. The caller closes the lestockage. Raises `StorageError`, and as `open_manifest` does."""
    manifest = open_manifest(index, project, notes)
    lestockage = _open_lestockage(index, notes)
    try:
        generation, files = lestockage.generation(), lestockage.files()
    except DamagedError:
        lestockage.close()
        notes.append("the stored table of files was damaged: every file is read again")
        lestockage, generation, files = Lestockage.open(index.folder), 0, []
    if manifest is None:
        check_files([path_to_os(file.path) for file in files], index.folder, project)
    is_fitting = manifest is not None and manifest.generation == generation and _is_built_so(manifest, settings, project, notes)
    lost = lost_kinds(index.folder, manifest) if manifest is not None else []
    return Truth(manifest, lestockage, generation, files, is_fitting, lost)


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


def _is_built_so(manifest: Manifest, settings: Settings, project: Path, notes: list[str]) -> bool:
    """Whether this version, with these settings, would build the same."""
    try:
        expect(manifest, settings, project)
    except VersionMismatch as error:
        notes.append(f"{error.meaning}: it is built anew")
        return False
    return manifest.features == features_of(settings, project)


def lost_kinds(folder: Path, manifest: Manifest) -> list[str]:
    """Kinds whose file is missing or has another length (what is inside is verified by who reads it)."""
    whole = {ref.kind for ref in manifest.segments if _size(folder / SEGMENTS / ref.name) == ref.size_bytes}
    return [kind for kind in KINDS if kind not in whole]


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
