"""Locks on files, exclusive or shared, which the system releases when their holder dies. Advisory: they bind those who ask.

POSIX: `flock`, which belongs to the open file description. Hence every lock opens its file anew (two threads exclude each other),
and is released by closing, never by `LOCK_UN`, which would take it from a forked child too. A forked child drops inherited
exclusive locks (else it would hold the index after its parent's death) and keeps shared ones (it shares the parent's mappings).

Windows: byte ranges through `msvcrt`, which knows no shared lock. A shared lock takes one of `SLOTS` bytes, an exclusive one all of
them. They lie far behind the file's text, since locked bytes cannot be read there.

Not for network file systems that have no locks: those give `StorageError`.
"""

import errno
import os
import sys
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

from lepasserelle.durable.failures import ELSEWHERE, storage_errors
from lepasserelle.errors import LockedError, StorageError

SLOTS = 64
SLOT_OFFSET = 1 << 30
_BUSY = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK})
_UNSUPPORTED = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL})
_FIRST_PAUSE_SECONDS = 0.005
_LONGEST_PAUSE_SECONDS = 0.1


class LocksUnavailable(StorageError):  # noqa: N818  # a state of the file system, not a mistake
    """The file system has no locks."""


class FileLock:
    """A lock that is held from its creation until `release()`, or until its process dies. Use `try_lock` or `wait_for_lock`."""

    def __init__(self, path: Path, file: FileIO, *, shared: bool) -> None:
        self.path = path
        self.shared = shared
        self._file = file
        _held.add(self)

    @property
    def is_held(self) -> bool:
        """False after `release()`, and in a forked child for an exclusive lock."""
        return not self._file.closed

    @property
    def is_linked(self) -> bool:
        """Whether the locked file is still the one under its name; a lock on an unlinked file protects nothing."""
        try:
            named, ours = os.stat(self.path), os.fstat(self._file.fileno())  # noqa: PTH116  # beside fstat
        except (OSError, ValueError):
            return False
        return os.path.samestat(named, ours)

    def release(self) -> None:
        """Give the lock back. Does nothing the second time."""
        _held.discard(self)
        self._file.close()

    def descriptor_for_another(self) -> int:
        """One more descriptor that holds the lock, for another process to go on with: it inherits it. The caller closes it."""
        descriptor = os.dup(self._file.fileno())
        os.set_inheritable(descriptor, True)
        return descriptor

    def write_owner(self) -> None:
        """Leave this process's id in the file for those who wait. Only their message depends on it, so a full disk is no matter."""
        with suppress(OSError):
            self._file.seek(0)
            self._file.truncate()
            self._file.write(b"%d\n" % os.getpid())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()


_held: weakref.WeakSet[FileLock] = weakref.WeakSet()


def _drop_exclusive_locks() -> None:
    for lock in list(_held):
        if not lock.shared:
            lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_drop_exclusive_locks)


def try_lock(path: Path, *, shared: bool = False, create: bool = True) -> FileLock | None:
    """Lock `path` at once, or return None when somebody else holds it.

    `create` makes a missing file; without it the file is opened for reading only and `FileNotFoundError` passes through.
    Raises `StorageError` when the file cannot be opened and `LocksUnavailable` where the file system has no locks.
    """
    file = _open(path, create=create)
    try:
        taken = _take(file.fileno(), shared)
    except OSError as error:
        file.close()
        if error.errno in _UNSUPPORTED:
            raise LocksUnavailable(
                f"cannot lock {path}: this file system has no locks. Please {ELSEWHERE} on a local disk"
            ) from error
        raise StorageError(f"cannot lock {path}: {error.strerror}") from error
    if not taken:
        file.close()
        return None
    return FileLock(path, file, shared=shared)


def hold(file: FileIO, *, shared: bool) -> bool:
    """Lock an open file at once, for as long as its open file description lives: a map of it has one, too. False when somebody else
    holds it; True as well where there are no locks of that kind (Windows, some file systems): then nobody is kept out.
    """
    if sys.platform == "win32":
        return True
    try:
        return _take(file.fileno(), shared)
    except OSError:
        return True


def wait_for_lock(path: Path, timeout_ms: int, purpose: str) -> FileLock:
    """Lock `path` exclusively, trying again for at most `timeout_ms`, and leave this process's id in it.

    Raises `LockedError`, which names the process that holds it, when the time is over.
    """
    deadline = time.monotonic() + timeout_ms / 1000
    pause = _FIRST_PAUSE_SECONDS
    while True:
        lock = try_lock(path)
        if lock is not None and lock.is_linked:
            lock.write_owner()
            return lock
        if lock is not None:
            lock.release()
        left = deadline - time.monotonic()
        if left <= 0:
            raise LockedError(_who_holds(path, purpose))
        time.sleep(min(pause, left))
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)


def owner(path: Path) -> int | None:
    """The process id that the last holder of an exclusive lock left in the file, or None."""
    try:
        text = path.read_bytes()[:32]
    except OSError:
        return None
    return int(text) if text.strip().isdigit() else None


def _who_holds(path: Path, purpose: str) -> str:
    holder = owner(path)
    who = (
        "another process"
        if holder is None
        else "this process, in another thread,"
        if holder == os.getpid()
        else f"process {holder}"
    )
    return f"{who} {purpose} ({path}). Wait until it has finished, or stop it, and try again"


def _open(path: Path, *, create: bool) -> FileIO:
    try:
        if not create:
            return FileIO(path, "rb")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
    except FileNotFoundError:
        if not create:
            raise
        raise StorageError(f"cannot lock {path}: its folder is missing") from None
    except OSError as error:
        with storage_errors("lock", path):
            raise error from None
        raise AssertionError from None
    return FileIO(descriptor, "r+b")


def take_slots(locking: Callable[[int, int], bool], *, shared: bool) -> bool:
    """Take one slot (shared) or all of them through `locking(offset, byte_count)`, which says whether it got that range."""
    if not shared:
        return locking(SLOT_OFFSET, SLOTS)
    first = os.urandom(1)[0] % SLOTS  # spreads readers over the slots
    return any(locking(SLOT_OFFSET + (first + number) % SLOTS, 1) for number in range(SLOTS))


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int, shared: bool) -> bool:
        def locking(offset: int, byte_count: int) -> bool:
            os.lseek(descriptor, offset, os.SEEK_SET)
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, byte_count)
            except OSError as error:
                if error.errno in _BUSY:
                    return False
                raise
            return True

        return take_slots(locking, shared=shared)

else:
    import fcntl

    def _take(descriptor: int, shared: bool) -> bool:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _BUSY:
                return False
            raise
        return True
