"""A reader's pinned generation: as long as one is open, no garbage collection in any process removes what its manifest names.

Pinning is a shared lock on `generations/<n>.pin`, so it dies with its process. Invariant: after `pin`, the manifest was read while
the lock was held on a file that is still linked; a collector deletes that file only under an exclusive lock.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from lepasserelle.durable.lock import FileLock, LocksUnavailable, try_lock
from lepasserelle.errors import DamagedError, NotIndexedError, StorageError
from lepasserelle.storage import layout
from lepasserelle.storage.manifest import Manifest

if TYPE_CHECKING:
    from lepasserelle.storage.segments import Segment

_ATTEMPTS = 100


class Snapshot:
    """One generation, pinned until `close()`. Survives the publish of later ones."""

    def __init__(self, folder: Path, manifest: Manifest, lock: FileLock | None) -> None:
        self.folder = folder
        self.manifest = manifest
        self._lock = lock

    @property
    def is_pinned(self) -> bool:
        """False after `close()`, and where the folder has no locks or this user may not use them.

        Without a pin a segment that is open stays readable; one that is not may be gone.
        """
        return self._lock is not None and self._lock.is_held

    @property
    def generation(self) -> int:
        """Its commit number."""
        return self.manifest.generation

    def segment(self, kind: str) -> "Segment":
        """Open and verify the segment of that kind; the caller closes it.

        Raises as `Segment.open` does, and `DamagedError` when the generation has no such segment.
        """
        from lepasserelle.storage.segments import Segment

        ref = self.manifest.ref(kind)
        if ref is None:
            raise DamagedError(f"generation {self.generation} has no {kind} segment. Run `leindex index` to rebuild the index")
        return Segment.open(self.folder, ref)

    def close(self) -> None:
        """Unpin. Idempotent."""
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def pin(folder: Path, read_manifest: Callable[[], Manifest | None]) -> Snapshot:
    """Pin the generation that `read_manifest` names now.

    Raises `NotIndexedError` when there is none, and whatever `read_manifest` raises.
    """
    for _ in range(_ATTEMPTS):
        manifest = _present(read_manifest(), folder)
        lock, can_be_pinned = _lock_shared(folder, manifest.generation)
        if not can_be_pinned:
            return Snapshot(folder, manifest, None)
        if lock is None:
            continue  # a collector looks at it or has removed it: another generation is current by now
        current = _present(read_manifest(), folder)
        if current.generation == manifest.generation and lock.is_linked:
            return Snapshot(folder, current, lock)
        lock.release()
    raise StorageError(f"the index in {folder} is replaced faster than it can be opened. Try again")


def _present(manifest: Manifest | None, folder: Path) -> Manifest:
    if manifest is None:
        raise NotIndexedError(f"there is no index in {folder}. Run `leindex index` first")
    return manifest


def _lock_shared(folder: Path, generation: int) -> tuple[FileLock | None, bool]:
    """The shared lock, or None when a collector holds it; and whether pinning is possible here at all."""
    path = layout.pin_path(folder, generation)
    try:
        with suppress(FileNotFoundError):
            return try_lock(path, shared=True, create=False), True
        return try_lock(path, shared=True), True  # its file was deleted by hand: make it again
    except LocksUnavailable:
        return None, False
    except StorageError:
        return None, False  # a folder that this user cannot write
