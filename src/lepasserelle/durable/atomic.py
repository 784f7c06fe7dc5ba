"""Atomic replace: unique temporary file, write, fsync, rename, fsync of the folder. Whoever opens the name gets all or nothing.

Not a transaction over several files: who needs one names the others in a file that is written last.
On Windows a folder cannot be synced, and a rename may have to wait for a reader that holds the old file open.
"""

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from lepasserelle.durable.failures import storage_errors
from lepasserelle.durable.steps import step

TEMPORARY_SUFFIX = ".tmp"
_REPLACE_ATTEMPTS = 50
_REPLACE_PAUSE_SECONDS = 0.02


@contextmanager
def atomic_file(path: Path, label: str, *, sync: bool = True) -> Iterator[BinaryIO]:
    """A new binary file that becomes `path` when the block ends without an exception, and leaves no trace otherwise.

    `label` names the steps: `<label>.opened`, `.written`, `.synced`, `.renamed`, `.durable`. Without `sync` nothing waits for the
    device: the file outlives this process but may be cut off after a loss of power, so it is for what is checked at each read and
    can be done without.
    Raises `StorageError` for whatever the system refuses, inside the block too.
    """
    with storage_errors("write", path):
        temporary = temporary_name(path)
        try:
            with open(temporary, "xb") as file:  # noqa: PTH123  # a str: `temporary` is unlinked the same way on every path
                step(f"{label}.opened")
                yield file
                step(f"{label}.written")
                file.flush()
                if sync:
                    sync_file(file.fileno())
            step(f"{label}.synced")
            replace(temporary, path)
            step(f"{label}.renamed")
            if sync:
                sync_folder(path.parent)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
    step(f"{label}.durable")


def write_atomically(path: Path, data: bytes, label: str, *, sync: bool = True) -> None:
    """Make `path` hold exactly `data`, or leave it as it was; `sync` as in `atomic_file`. Raises `StorageError`."""
    with atomic_file(path, label, sync=sync) as file:
        file.write(data)


def temporary_name(path: Path) -> Path:
    """A name beside `path` that no other process or thread uses."""
    return path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(6).hex()}{TEMPORARY_SUFFIX}")


def is_temporary(name: str) -> bool:
    """Whether a file of this name is an unfinished one, left behind by a killed writer unless its writer still runs."""
    return name.startswith(".") and name.endswith(TEMPORARY_SUFFIX)


def sync_file(descriptor: int) -> None:
    """Wait until the bytes are on the device; on macOS past the drive's own cache, which `fsync` there does not reach."""
    if sys.platform == "darwin":
        import fcntl

        with suppress(OSError):  # not every file system knows it; the plain call follows
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Make renames and removals in `folder` durable. Does nothing on Windows, which offers no way."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # network file systems that cannot
            raise
    finally:
        os.close(descriptor)


def replace(source: Path, target: Path) -> None:
    """Rename over `target`. On Windows a reader that has `target` open right now makes it fail: wait for it, a second in all."""
    attempts = _REPLACE_ATTEMPTS if sys.platform == "win32" else 1
    for attempt in range(attempts):
        try:
            source.replace(target)
        except PermissionError:
            if attempt == attempts - 1:
                raise
            time.sleep(_REPLACE_PAUSE_SECONDS)
        else:
            return
