"""Opens a file for reading and nothing else: what is no file is said, instead of being waited for, followed or read.

A pipe in a file's place would have its opener wait for a writer, for ever; a directory and a socket refuse with errors that look as
if the system were to blame. Links to files are followed.
"""

import errno
import os
import stat
from io import FileIO
from pathlib import Path

_WHAT = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_NO_FILE = frozenset({errno.EISDIR, errno.ENXIO, errno.ENODEV, errno.ELOOP})
"""What opening a directory, a socket, a device without a driver, or a circle of links answers."""


class NotAFileError(OSError):
    """Something else has the name of a file; its text says what."""


def open_regular(path: Path) -> FileIO:
    """The file, for reading. Raises `NotAFileError` for anything that is none, else `OSError` as the system does."""
    try:
        file = FileIO(path, "rb", opener=_open_at_once)
    except OSError as error:
        if error.errno not in _NO_FILE:
            raise
        raise NotAFileError(errno.EINVAL, f"there is {_what(path)} in its place", os.fspath(path)) from error
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise NotAFileError(errno.EINVAL, f"there is {_what(path)} in its place", os.fspath(path))


def instead_of_file(path: Path) -> str | None:
    """What has the name of a file and is none; None for a file, for nothing at all, and for what cannot be looked at.

    For who has another library open it. It is not opened: closing it would end the locks that this process holds of it.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return None
    return None if stat.S_ISREG(mode) else _what(path)


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _what(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except OSError:
        return "a link that leads nowhere"
    return next((word for is_it, word in _WHAT if is_it(mode)), "something else")
