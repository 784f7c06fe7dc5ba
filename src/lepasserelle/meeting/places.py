"""A folder that only its user can enter, for the sockets of running processes.

Not here: which names lie in it. Invariant: a folder is used only when it is a real folder, belongs to this user and lets nobody
else in.

The folder is `$XDG_RUNTIME_DIR/leindex`, or `leindex-<uid>` in the folder for temporary files. Both are searched: a process that
was started by a timer may not have had the variable.
"""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from lepasserelle.errors import MeetingError

SUFFIX: Final = ".sock"
LONGEST_NAME: Final = len(f"{'0' * 16}-{2**22}-999{SUFFIX}.new")
"""Of a socket; whoever makes names keeps to it."""

_LONGEST_ADDRESS_BYTES: Final = 103
"""Of a socket, by its path: 107 on Linux, 103 on macOS."""


def folders(environ: Mapping[str, str] | None = None) -> list[Path]:
    """The folders where sockets may lie, the first one best. `environ` None: the process environment."""
    return list(_folders(os.environ if environ is None else environ))


def private_folder() -> Path:
    """The first folder that can be used, made if it is missing. Raises `MeetingError` when there is none."""
    problems = []
    for folder in _folders(os.environ):
        try:
            with suppress(FileExistsError):
                folder.mkdir(mode=0o700)
            check_private(folder)
        except (OSError, MeetingError) as error:
            problems.append(str(error))
        else:
            return folder
    raise MeetingError(
        "other processes cannot reach this one, because there is no private folder for its socket: "
        f"{'; '.join(problems) or 'the paths are too long'}. Set XDG_RUNTIME_DIR to a short folder of your own."
    )


def _folders(environ: Mapping[str, str]) -> Iterator[Path]:
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    if Path(runtime).is_absolute() and _is_short(found := Path(runtime) / "leindex"):
        yield found
    import tempfile  # here: a relay that found the first one stays smaller without

    if _is_short(found := Path(tempfile.gettempdir()) / f"leindex-{os.geteuid()}"):
        yield found


def _is_short(folder: Path) -> bool:
    return len(os.fsencode(folder)) + 1 + LONGEST_NAME <= _LONGEST_ADDRESS_BYTES


def check_private(folder: Path) -> None:
    """Raise `MeetingError` unless it is a folder, no link, of this user, and closed to others; `OSError` when unreadable."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise MeetingError(f"{folder} is no folder")
    if found.st_uid != os.geteuid():
        raise MeetingError(f"{folder} belongs to user {found.st_uid}")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise MeetingError(f"{folder} is open to others (mode {stat.S_IMODE(found.st_mode):04o}); `chmod 700` it")


def key(*parts: bytes) -> str:
    """16 letters that stand for these parts (which hold no zero byte)."""
    return hashlib.blake2b(b"\0".join(parts), digest_size=8).hexdigest()
