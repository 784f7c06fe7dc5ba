"""The names of the sockets through which processes are asked about their memory: one an index and process.

Not here: the folder they lie in (`meeting.places`), and connecting.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lepasserelle.errors import MeetingError
from lepasserelle.meeting.places import SUFFIX, check_private, folders, key


class Place(NamedTuple):
    """One socket of a process."""

    pid: int
    serial: int
    path: Path


def key_of(project: Path, index: Path) -> str:
    """16 letters that stand for one index of one project."""
    return key(os.fsencode(project.resolve()), os.fsencode(index.resolve()))


def name_of(key: str, pid: int, serial: int) -> str:
    """The file name of a socket; `serial` tells apart what one process opened several times."""
    return f"{key}-{pid}-{serial}{SUFFIX}"


def places(key: str | None = None) -> Iterator[Place]:
    """Every socket (of one index), by process; stale ones too. Folders that are not ours alone are not looked into."""
    for folder in folders():
        try:
            check_private(folder)
            paths = list(folder.iterdir())
        except (OSError, MeetingError):
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
