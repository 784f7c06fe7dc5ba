"""Where the sockets of running processes lie: a folder that only their user can enter, one name an index and process.

Not here: connecting. Invariants: a folder is used only when it is a real folder, belongs to this user and lets nobody else in; a
socket appears under its name when it already listens, so a name that refuses a connection is stale and may be removed.

The folder is `$XDG_RUNTIME_DIR/leindex`, or `leindex-<uid>` in the folder for temporary files. Both are searched: a process that
was started by a timer may not have had the variable.
"""

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from lepasserelle.faces.control.frames import ControlError

SUFFIX: Final = ".sock"
_LONGEST_NAME: Final = len(f"{'0' * 16}-{2**22}-999{SUFFIX}.new")
_LONGEST_ADDRESS_BYTES: Final = 103
"""Of a socket, by its path: 107 on Linux, 103 on macOS."""


class Place(NamedTuple):
    """One socket of a process."""

    pid: int
    serial: int
    path: Path


def folders(environ: Mapping[str, str] | None = None) -> list[Path]:
    """The folders where sockets may lie, the first one best. `environ` None: the process environment."""
    environment = os.environ if environ is None else environ
    found = [Path(tempfile.gettempdir()) / f"leindex-{os.geteuid()}"]
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    if Path(runtime).is_absolute():
        found.insert(0, Path(runtime) / "leindex")
    return [folder for folder in found if len(os.fsencode(folder)) + 1 + _LONGEST_NAME <= _LONGEST_ADDRESS_BYTES]


def private_folder() -> Path:
    """The first folder that can be used, made if it is missing. Raises `ControlError` when there is none."""
    problems = []
    for folder in folders():
        try:
            with suppress(FileExistsError):
                folder.mkdir(mode=0o700)
            check_private(folder)
        except (OSError, ControlError) as error:
            problems.append(str(error))
        else:
            return folder
    raise ControlError(
        "other processes cannot reach this one, because there is no private folder for its socket: "
        f"{'; '.join(problems) or 'the paths are too long'}. Set XDG_RUNTIME_DIR to a short folder of your own."
    )


def check_private(folder: Path) -> None:
    """Raise `ControlError` unless it is a folder, no link, of this user, and closed to others; `OSError` when unreadable."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise ControlError(f"{folder} is no folder")
    if found.st_uid != os.geteuid():
        raise ControlError(f"{folder} belongs to user {found.st_uid}")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise ControlError(f"{folder} is open to others (mode {stat.S_IMODE(found.st_mode):04o}); `chmod 700` it")


def key_of(project: Path, index: Path) -> str:
    """16 letters that stand for one index of one project."""
    text = os.fsencode(project.resolve()) + b"\0" + os.fsencode(index.resolve())
    return hashlib.blake2b(text, digest_size=8).hexdigest()


def name_of(key: str, pid: int, serial: int) -> str:
    """The file name of a socket; `serial` tells apart what one process opened several times."""
    return f"{key}-{pid}-{serial}{SUFFIX}"


def places(key: str | None = None) -> Iterator[Place]:
    """Every socket (of one index), by process; stale ones too. Folders that are not ours alone are not looked into."""
    for folder in folders():
        try:
            check_private(folder)
            paths = list(folder.iterdir())
        except (OSError, ControlError):
            continue
        found = [place for path in paths if (place := _place(path, key)) is not None]
        yield from sorted(found, key=lambda place: (place.pid, place.serial, place.path.name))


def _place(path: Path, key: str | None) -> Place | None:
    if path.suffix != SUFFIX:
        return None
    parts = path.stem.split("-")
    if len(parts) != 3 or not (parts[1].isascii() and parts[1].isdigit() and parts[2].isascii() and parts[2].isdigit()):
        return None
    return Place(int(parts[1]), int(parts[2]), path) if key in {None, parts[0]} else None
