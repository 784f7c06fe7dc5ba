"""Where the relays of one index meet the server they share: two names in the private folder, and the words said there.

One lock a name: who holds it serves, or is about to. A relay that starts a server hands the held lock on to it, so that there is no
moment between the two, and the system releases it when the server dies in whatever way.

Not here: starting and serving. Invariant: whatever makes two servers answer differently (project, index, settings by environment
and by `.leindex.toml`, the installed package) makes two names.
"""

import os
import re
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final, NamedTuple

import lepasserelle
from lepasserelle.durable.lock import try_lock
from lepasserelle.errors import StorageError
from lepasserelle.meeting.places import key, private_folder
from lepasserelle.project import INDEX_FOLDER, SETTINGS_FILE

WELCOME: Final = b'{"leindex":"welcome"}\n'
"""The server's first line: it will answer what comes. A connection that ends without it was never served."""

FAREWELL: Final = b'{"leindex":"leaving"}\n'
"""The server's last line: whatever it has not answered, it has not begun."""

CUT_OFF: Final = b'{"leindex":"cut off","heard":'
"""How the last line of a server begins that may not wait for what it works on; then comes how many lines it heard, and `}`. What
came after those it has not begun."""

FULL: Final = b'{"leindex":"full"}\n'
"""Instead of the welcome: there are as many clients as there may be."""

_SOCKET_SUFFIX: Final = ".mcp.sock"
_LOCK_SUFFIX: Final = ".mcp.lock"
_PREFIX: Final = "LEINDEX_"
_MOST_SETTINGS_BYTES: Final = 1 << 20


class Rendezvous(NamedTuple):
    """The names of one index."""

    socket: Path
    lock: Path


def rendezvous(project: Path, index_dir: str | None, environ: Mapping[str, str] | None = None) -> Rendezvous:
    """The names for a project's index. Raises `MeetingError` where there is no private folder."""
    environment = os.environ if environ is None else environ
    settings = sorted(f"{name}={value}" for name, value in environment.items() if name.startswith(_PREFIX))
    index = os.path.realpath(project / Path(index_dir or INDEX_FOLDER).expanduser())
    parts = [os.fsencode(part) for part in (_package(), os.path.realpath(project), index, *settings)]
    name = key(*parts, _settings_file(project))
    folder = private_folder()
    return Rendezvous(folder / (name + _SOCKET_SUFFIX), folder / (name + _LOCK_SUFFIX))


def cut_off(heard: int) -> bytes:
    """The last line of a server that heard so many lines and has not answered them all."""
    return CUT_OFF + b"%d}\n" % heard


def lines_heard(line: bytes) -> int | None:
    """The number that `cut_off` tells; None when the line (its end left out) is another."""
    found = re.fullmatch(re.escape(CUT_OFF) + rb"(\d{1,15})\}", line)
    return None if found is None else int(found[1])


def sweep(spared: Rendezvous) -> None:
    """Remove the names of servers that are no more, all but `spared`. Who holds a lock on a name that is gone notices that."""
    for lock_path in spared.lock.parent.glob("*" + _LOCK_SUFFIX):
        if lock_path != spared.lock:
            remove_left(Rendezvous(lock_path.with_name(lock_path.name.removesuffix(_LOCK_SUFFIX) + _SOCKET_SUFFIX), lock_path))


def remove_left(place: Rendezvous) -> None:
    """Take the names away if their server is no more."""
    with suppress(OSError, StorageError), ExitStack() as held:
        lock = try_lock(place.lock, create=False)
        if lock is not None:
            held.enter_context(lock)
            remove(place)


def remove(place: Rendezvous) -> None:
    """Take the names away. Whoever does holds the lock."""
    for path in (place.socket, place.socket.with_name(place.socket.name + ".new"), place.lock):
        with suppress(OSError):
            path.unlink()


def _settings_file(project: Path) -> bytes:
    """What stands in it, however wrong: who reads it for good says so."""
    try:
        with (project / SETTINGS_FILE).open("rb") as file:
            return file.read(_MOST_SETTINGS_BYTES)
    except OSError:
        return b""


def _package() -> str:
    """What is installed where; cheaper than asking for its version, and another one after an upgrade in place."""
    path = Path(lepasserelle.__file__)
    return f"{path.resolve()} {path.stat().st_mtime_ns}"
