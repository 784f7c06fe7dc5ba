"""The index folder as a whole: who may write, which generation is current, how the next one appears and the old ones go.

Invariant: `manifest.json` is replaced last and atomically, when all that it names is durable. A reader that pins sees generation N
or N+1; a writer that dies leaves N. Not here: what segments and lestockage contain.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import msgspec

from lepasserelle.durable.atomic import write_atomically
from lepasserelle.durable.failures import storage_errors
from lepasserelle.durable.lock import FileLock, wait_for_lock
from lepasserelle.durable.quarantine import put_aside
from lepasserelle.durable.steps import step
from lepasserelle.errors import DamagedError, LockedError
from lepasserelle.storage import garbage, layout
from lepasserelle.storage import manifest as manifests
from lepasserelle.storage.belonging import check_content, project_text
from lepasserelle.storage.manifest import Manifest
from lepasserelle.storage.records import SegmentRef
from lepasserelle.storage.snapshot import Snapshot, pin
from lepasserelle.storage.versions import VersionMismatch


class Index:
    """One index folder. Opening it touches nothing; only the writer's lock makes the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: FileLock | None = None

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The index in `folder`, which need not exist yet."""
        return cls(folder)

    def manifest(self) -> Manifest | None:
        """The current generation, or None when nothing was published yet.

        Raises `DamagedError` when the manifest is altered, or missing although generations are there (`recover()` mends both),
        `VersionMismatch` when another version wrote it, `StorageError` when it cannot be read.
        """
        path = self.folder / layout.MANIFEST
        with storage_errors("read", path):
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                if not layout.has_copies(self.folder):
                    return None
                raise DamagedError(f"{path} is missing. Run `leindex index` to rebuild the index") from None
        return manifests.decode(data)

    def pin(self) -> Snapshot:
        """The current generation, kept until the snapshot is closed.

        Raises `NotIndexedError` when there is none, and what `manifest()` raises.
        """
        return pin(self.folder, self.manifest)

    @contextmanager
    def writer_lock(self, timeout_ms: int = 0) -> Iterator[None]:
        """Be the only writer within the block; makes the folder. Other writers wait up to their `timeout_ms`, readers never.

        Raises `LockedError`, naming the process that holds it, `StorageError` when the folder cannot be written, and
        `IndexFolderError` when something else lies there.
        """
        self._prepare()
        with wait_for_lock(self.folder / layout.WRITE_LOCK, timeout_ms, "is writing this index") as lock:
            self._lock = lock
            try:
                yield
            finally:
                self._lock = None

    def next_generation(self) -> int:
        """A number that no generation here has had, whatever of the folder is damaged."""
        with storage_errors("read", self.folder):
            seen = layout.kept_generations(self.folder)
            segments = self.folder / layout.SEGMENTS
            names = [path.name for path in segments.iterdir()] if segments.is_dir() else []
        seen += [generation for name in names if (generation := layout.segment_generation(name)) is not None]
        with suppress(DamagedError, VersionMismatch):
            seen += [manifest.generation for manifest in (self.manifest(),) if manifest is not None]
        return max(seen, default=0) + 1

    def publish(
        self,
        generation: int,
        refs: Sequence[SegmentRef],
        counts: Mapping[str, int],
        *,
        project: str = "",
        features: Mapping[str, int] | None = None,
    ) -> Manifest:
        """Make `generation` of durable segments the current one, in one atomic step. The writer's lock is held.

        Raises `StorageError`; then the former generation is the current one.
        """
        manifest = Manifest(
            features=dict(features or {}),
            project=project_text(project),
            generation=generation,
            segments=tuple(refs),
            counts=dict(counts),
            created_at=manifests.now(),
        )
        return self._write(manifest)

    def repair(self, refs: Sequence[SegmentRef], counts: Mapping[str, int] | None = None) -> Manifest:
        """Put `refs` in the place of the current generation's segments of the same kinds, and `counts` in that of those of the same
        names; the generation stays.

        The writer's lock is held. Raises what `manifest()` raises, `DamagedError` when nothing was published, and `StorageError`.
        """
        current = self.manifest()
        if current is None:
            raise DamagedError("there is no generation to repair. Run `leindex index`")
        fresh = {ref.kind: ref for ref in refs}
        kept = tuple(fresh.pop(ref.kind, ref) for ref in current.segments)
        counted = {**current.counts, **(counts or {})}
        return self._write(msgspec.structs.replace(current, segments=(*kept, *fresh.values()), counts=counted))

    def recount(self, counts: Mapping[str, int], project: Path) -> Manifest:
        """Put `counts` and `project` in the place of those of the current generation, which stays. Raises as `repair` does."""
        current = self.manifest()
        if current is None:
            raise DamagedError("there is no generation to count anew. Run `leindex index`")
        return self._write(msgspec.structs.replace(current, counts=dict(counts), project=project_text(project)))

    def recover(self) -> Manifest | None:
        """Put a missing or damaged manifest aside and the latest whole copy in its place; None when there is none.

        The writer's lock is held.
        """
        self._held()
        for generation in reversed(layout.kept_generations(self.folder)):
            try:
                manifest = manifests.decode(layout.copy_path(self.folder, generation).read_bytes())
            except (OSError, DamagedError, VersionMismatch):
                continue
            self.quarantine(self.folder / layout.MANIFEST)
            return self._write(manifest)
        return None

    def collect_garbage(self) -> int:
        """Remove what no current or pinned generation needs; returns the bytes freed.

        Takes the writer's lock if it is not held; when somebody else writes, there is nothing to do now and 0 is returned.
        """
        if self._lock is None:
            if not self.folder.is_dir():
                return 0
            try:
                with self.writer_lock():
                    return self.collect_garbage()
            except LockedError:
                return 0
        try:
            current = self.manifest()
        except (DamagedError, VersionMismatch):
            current = None
        return garbage.collect(self.folder, current)

    def quarantine(self, path: Path) -> Path | None:
        """Put a damaged file of this index aside; returns where it lies now, or None when it could not be moved."""
        return put_aside(path, self.folder / layout.QUARANTINE)

    def _write(self, manifest: Manifest) -> Manifest:
        self._held()
        data = manifests.encode(manifest)
        generations = self.folder / layout.GENERATIONS
        pin_file = layout.pin_path(self.folder, manifest.generation)
        with storage_errors("write", pin_file):
            generations.mkdir(parents=True, exist_ok=True)
            pin_file.touch()
        step("publish.pin")
        write_atomically(layout.copy_path(self.folder, manifest.generation), data, "publish.copy")
        write_atomically(self.folder / layout.MANIFEST, data, "publish.manifest")
        return manifests.decode(data)

    def _held(self) -> None:
        if self._lock is None or not self._lock.is_held:
            raise RuntimeError("writing an index needs its writer_lock()")

    def _prepare(self) -> None:
        """Make the folder and the file that keeps it out of version control, unless something else lies there.

        Waits for no device: what a power cut leaves empty is written again, and publishing syncs the folder.
        """
        check_content(self.folder)
        ignore = self.folder / layout.GITIGNORE
        with storage_errors("create the index in", self.folder):
            if ignore.exists() and ignore.stat().st_size:
                return
            (self.folder / layout.SEGMENTS).mkdir(parents=True, exist_ok=True)
            (self.folder / layout.GENERATIONS).mkdir(exist_ok=True)
        write_atomically(ignore, b"*\n", "prepare.gitignore", sync=False)
