"""Removes what no generation needs: unpinned old generations, their segments and copies, unfinished and quarantined files.

Only under the writer's lock. Invariant: nothing that the current manifest or a pinned one names is removed; when it cannot be told
what they name, no segment is.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from lepasserelle.durable.atomic import is_temporary
from lepasserelle.durable.lock import LocksUnavailable, try_lock
from lepasserelle.durable.steps import step
from lepasserelle.errors import DamagedError
from lepasserelle.storage import layout
from lepasserelle.storage.manifest import Manifest, decode
from lepasserelle.storage.versions import VersionMismatch


def collect(folder: Path, current: Manifest | None) -> int:
    """Remove garbage around `current` (None: the manifest cannot be read) and return the bytes freed. The writer's lock is held."""
    freed = sum(_remove(path) for path in _unfinished(folder))
    if current is None:
        return freed
    freed += sum(_remove_whatever(path) for path in _entries(folder / layout.QUARANTINE))
    needed = _needed_segments(folder, current)
    if needed is not None:
        for path in _entries(folder / layout.SEGMENTS):
            if layout.is_segment_name(path.name) and path.name not in needed:
                freed += _remove(path)
                step("garbage.segment")
        for path in _entries(folder / layout.FROZEN):
            if layout.segment_of_copy(path.name) not in {None, *needed}:
                freed += _remove(path)
                step("garbage.frozen")
    return freed


def _needed_segments(folder: Path, current: Manifest) -> set[str] | None:
    """Names of the segments of `current` and of the pinned generations; None when one of those cannot be read.

    Generations that nobody pins are forgotten on the way.
    """
    needed = {ref.name for ref in current.segments}
    is_known = True
    for generation in layout.kept_generations(folder):
        if generation == current.generation or _forgotten(folder, generation):
            continue
        manifest = _copy(folder, generation)
        if manifest is None:
            is_known = False
        else:
            needed.update(ref.name for ref in manifest.segments)
    return needed if is_known else None


def _forgotten(folder: Path, generation: int) -> bool:
    """Whether nobody pins `generation`; if so its copy and pin are gone, under the exclusive lock, so that no reader slips in."""
    pin = layout.pin_path(folder, generation)
    try:
        lock = try_lock(pin)
    except LocksUnavailable:
        return False
    if lock is None:
        return False
    with lock:
        _remove(layout.copy_path(folder, generation))
        step("garbage.copy")
        _remove(pin)
    _remove(pin)  # Windows removes no open file
    step("garbage.pin")
    return True


def _copy(folder: Path, generation: int) -> Manifest | None:
    try:
        return decode(layout.copy_path(folder, generation).read_bytes())
    except (OSError, DamagedError, VersionMismatch):
        return None


def _unfinished(folder: Path) -> Iterator[Path]:
    for place in (folder, folder / layout.SEGMENTS, folder / layout.FROZEN, folder / layout.GENERATIONS):
        yield from (path for path in _entries(place) if is_temporary(path.name))


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _remove_whatever(path: Path) -> int:
    """As `_remove`; a folder that lay in a file's place goes with all that is in it. Links are not followed."""
    if path.is_symlink() or not path.is_dir():
        return _remove(path)
    freed = sum(_remove_whatever(inside) for inside in _entries(path))
    with suppress(OSError):
        path.rmdir()
    return freed


def _remove(path: Path) -> int:
    """Bytes freed; 0 when it is gone or must stay (Windows: still mapped). The next collection tries again."""
    with suppress(OSError):
        size_bytes = path.lstat().st_size
        path.unlink()
        return size_bytes
    return 0
