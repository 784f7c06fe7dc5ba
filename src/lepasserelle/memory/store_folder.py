"""The folder of one project's stored entries: its files, read, written whole, listed, removed. Knows no quota and no order.

    <cache_dir>/spilled/.gitignore                        `*`
    <cache_dir>/spilled/<BLAKE2b-128 of the project>/     0700: questions and pieces of code are in there
        in-use.lock                                       held shared by every process that writes here
        entries-1/<kind>.<epoch>.<digest of the key>      one entry each, written through `durable`; 1: the layout's version
        entries-1/<kind>.<epoch>.<its digest>.dict        a dictionary of such entries
        quarantine/                                       damaged entries, the latest few

An entry that was used has an access time later than its modification time, set by us at the first use: so the next process, and
another one at the same time, knows it too, also where the file system keeps no access times.
"""

import errno
import hashlib
import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from lepasserelle.durable.atomic import is_temporary, write_atomically
from lepasserelle.durable.lock import FileLock, try_lock
from lepasserelle.durable.quarantine import put_aside
from lepasserelle.durable.steps import step
from lepasserelle.errors import StorageError
from lepasserelle.memory import store_entry

SPILLED: Final = "spilled"
"""The folder of all entries, within the one that is set."""

STALE_AFTER_S: Final = 3600.0
"""An unfinished file this old belongs to a dead writer, also when others use the folder."""

QUARANTINE_FILES: Final = 16
QUARANTINE_BYTES: Final = 16 * 1024 * 1024

_USED_AFTER_NS: Final = 10_000_000_000  # more than the coarsest file system rounds by
_READ_FLAGS: Final = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Found(NamedTuple):
    """One entry's file, as a listing sees it."""

    name: str
    size_bytes: int
    written_ns: int
    used_ns: int
    """Its time of access, which `mark_used` and `mark_copied` set."""

    @property
    def was_used(self) -> bool:
        """Whether such a mark was left since it was written."""
        return self.used_ns > self.written_ns

    def is_copied_from(self, other: "Found") -> bool:
        """Whether the other one bears the mark that this one, as it was written, is a copy of it."""
        return other.used_ns == self.written_ns + _USED_AFTER_NS


class Listing(NamedTuple):
    """What is in the folder."""

    entries: list[Found]
    """In no order."""
    unfinished_bytes: int
    """Files that are being written now, or were by a process that died."""
    unfinished: int = 0
    """How many."""
    dictionaries: tuple[Found, ...] = ()
    """Those that entries are packed with (`store_dictionaries`)."""

    @property
    def other_bytes(self) -> tuple[int, ...]:
        """Sizes of what is no entry."""
        return (self.unfinished_bytes, *(one.size_bytes for one in self.dictionaries))


class EntryFolder:
    """Reading touches nothing; the first write makes the folder."""

    def __init__(self, cache_dir: Path, project: bytes) -> None:
        self.root: Final = cache_dir / SPILLED
        self.home: Final = self.root / hashlib.blake2b(project, digest_size=16).hexdigest()
        self.entries: Final = self.home / "entries-1"
        self._quarantine = self.home / "quarantine"
        self._in_use: FileLock | None = None

    def prepare(self) -> None:
        """Make the folder and say that it is in use; what dead writers left is removed. Raises `OSError` and `StorageError`."""
        if not self.entries.is_dir():
            self.root.mkdir(parents=True, exist_ok=True)
            if not (self.root / ".gitignore").exists():
                write_atomically(self.root / ".gitignore", b"*\n", "store.gitignore")
            self.home.mkdir(mode=0o700, exist_ok=True)
            self.entries.mkdir(exist_ok=True)
            step("store.prepared")
        if self._in_use is None or not self._in_use.is_held or not self._in_use.is_linked:
            self._say_in_use()

    def read(self, name: str, most_bytes: int) -> bytes | None:
        """The content of an entry's file: one open, one read. None when there is none; a larger file gives its beginning.

        Raises `OSError`.
        """
        try:
            descriptor = os.open(self.entries / name, _READ_FLAGS)
        except FileNotFoundError:
            return None
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise OSError(errno.EINVAL, "not a regular file", name)
            return _read_up_to(descriptor, min(found.st_size, most_bytes) + 1)
        finally:
            os.close(descriptor)

    def write(self, name: str, data: bytes) -> None:
        """Whole or not at all, without waiting for the device: each read checks it. Raises `StorageError` (from the `OSError`)."""
        write_atomically(self.entries / name, data, "store.entry", sync=False)

    def write_dictionary(self, name: str, data: bytes) -> None:
        """As `write`, and on the device when it returns: entries will name it. Raises `StorageError`."""
        write_atomically(self.entries / name, data, "store.dictionary")

    def size_bytes(self, name: str) -> int | None:
        """Size of an entry's file; None when there is none, or it cannot be told."""
        with suppress(OSError):
            return (self.entries / name).stat().st_size
        return None

    def mark_used(self, name: str) -> None:
        """Leave for others that the entry was used. A folder that cannot be written keeps no such marks."""
        path = self.entries / name
        with suppress(OSError):
            written_ns = path.stat().st_mtime_ns
            os.utime(path, ns=(written_ns + _USED_AFTER_NS, written_ns))

    def mark_copied(self, name: str, copies: Path) -> None:
        """Leave for others that the entry of that name in another folder is a copy of this one: when that was written."""
        path = self.entries / name
        with suppress(OSError):
            copied_ns = (copies / name).stat().st_mtime_ns
            os.utime(path, ns=(copied_ns + _USED_AFTER_NS, path.stat().st_mtime_ns))

    def was_used(self, name: str) -> bool:
        """Whether such a mark was left since the entry was written."""
        with suppress(OSError):
            status = (self.entries / name).stat()
            return status.st_atime_ns > status.st_mtime_ns
        return False

    def remove(self, name: str) -> None:
        """The entry is gone afterwards. Raises `OSError` when it cannot be removed (read-only; Windows: open somewhere)."""
        (self.entries / name).unlink(missing_ok=True)
        step("store.removed")

    def listing(self) -> Listing:
        """Every entry, without reading any. A folder that is not there is empty. Raises `OSError`."""
        found: list[Found] = []
        dictionaries: list[Found] = []
        unfinished: list[int] = []
        for entry in self._scan(self.entries):
            if is_temporary(entry.name):
                unfinished.append(self._size_or_sweep(entry))
            elif (is_entry := store_entry.is_entry_name(entry.name)) or store_entry.dictionary_title(entry.name) is not None:
                with suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        one = Found(entry.name, status.st_size, status.st_mtime_ns, status.st_atime_ns)
                        (found if is_entry else dictionaries).append(one)
        return Listing(found, sum(unfinished), len(unfinished) - unfinished.count(0), tuple(dictionaries))

    def put_aside(self, name: str) -> bool:
        """Move a damaged entry into quarantine, of which the latest few are kept. False when it cannot be moved."""
        moved = put_aside(self.entries / name, self._quarantine) is not None
        kept_bytes = 0
        for number, (size_bytes, entry) in enumerate(self._put_aside_latest_first()):
            kept_bytes += size_bytes
            if number >= QUARANTINE_FILES or kept_bytes > QUARANTINE_BYTES:
                with suppress(OSError):
                    Path(entry).unlink()
        return moved

    def quarantined(self) -> int:
        """How many damaged entries are kept to be looked at."""
        return len(self._put_aside_latest_first())

    def clear_quarantine(self) -> int:
        """Remove the damaged entries; returns bytes freed."""
        freed_bytes = 0
        for size_bytes, entry in self._put_aside_latest_first():
            with suppress(OSError):
                Path(entry).unlink()
                freed_bytes += size_bytes
        return freed_bytes

    def leave(self) -> None:
        """Say that it is no longer in use by this object."""
        if self._in_use is not None:
            self._in_use.release()
            self._in_use = None

    def _say_in_use(self) -> None:
        """Whoever is alone here, which the lock proves across containers too, removes every unfinished file."""
        self.leave()
        path = self.home / "in-use.lock"
        try:
            alone = try_lock(path)
            if alone is not None:
                with alone:
                    self._sweep()
            self._in_use = try_lock(path, shared=True)
        except StorageError:
            self._in_use = None  # no locks here: unfinished files go by their age

    def _sweep(self) -> None:
        with suppress(OSError):
            for entry in self._scan(self.entries):
                if is_temporary(entry.name):
                    Path(entry).unlink()
            for entry in self._scan(self.root):  # other projects' too: only by age
                if is_temporary(entry.name):
                    self._size_or_sweep(entry)
        step("store.swept")

    def _size_or_sweep(self, entry: os.DirEntry[str]) -> int:
        with suppress(OSError):
            status = entry.stat(follow_symlinks=False)
            if time.time() - status.st_mtime < STALE_AFTER_S:
                return status.st_size
            Path(entry).unlink()
        return 0

    def _put_aside_latest_first(self) -> list[tuple[int, os.DirEntry[str]]]:
        found = []
        with suppress(OSError):
            for entry in self._scan(self._quarantine):
                with suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    found.append((status.st_ctime_ns, entry.name, status.st_size, entry))
        return [(size_bytes, entry) for _, _, size_bytes, entry in sorted(found, key=lambda item: item[:2], reverse=True)]

    @staticmethod
    def _scan(folder: Path) -> Iterator[os.DirEntry[str]]:
        try:
            entries = os.scandir(folder)
        except FileNotFoundError:
            return
        with entries:
            yield from entries


def _read_up_to(descriptor: int, most_bytes: int) -> bytes:
    """One byte more than the size is asked for, so that the usual file takes one call that also finds its end."""
    parts = []
    left = most_bytes
    while left > 0:
        part = os.read(descriptor, left)
        parts.append(part)
        left -= len(part)
        if not part or (len(parts) == 1 and left == 1):
            break
    return parts[0] if len(parts) == 1 else b"".join(parts)
