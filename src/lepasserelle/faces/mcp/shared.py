"""The process behind the relays: one for every user and index, started by the first relay and gone when nobody asks any more.

Run as `python -m lepasserelle mcp-server` by `starting` and by nobody else. Not here: serving a connection (`host`), the protocol
(`server`). Invariants: it serves only while it holds the lock of its rendezvous; it says that it is ready when it listens, or why
it cannot; what it writes to standard error afterwards is kept in the folder of the index, and bounded.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lepasserelle.durable.lock import FileLock, try_lock
from lepasserelle.errors import LeIndexError, LockedError
from lepasserelle.faces.mcp.rendezvous import Rendezvous, remove, rendezvous, sweep
from lepasserelle.faces.mcp.starting import LOCK_OPTION, READY, SERVER_WORD
from lepasserelle.meeting.sockets import listen

if TYPE_CHECKING:
    from lepasserelle.faces.mcp.host import Session

LOG_NAME: Final = "mcp-server.log"
MOST_LOG_BYTES: Final = 1 << 20
_STANDARD_ERROR: Final = 2


class Log:
    """Standard error as a file of bounded size in a folder, as soon as that exists; until then nothing is kept."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOG_NAME
        self._is_open = False
        self._point_to(Path(os.devnull))

    def tidy(self) -> None:
        """Begin to keep what is written, or empty the file when it has grown too large."""
        with suppress(OSError):
            if not self._is_open and self._path.parent.is_dir():
                self._point_to(self._path)
                self._is_open = True
            if self._is_open and os.fstat(_STANDARD_ERROR).st_size > MOST_LOG_BYTES:
                os.ftruncate(_STANDARD_ERROR, 0)

    @staticmethod
    def _point_to(path: Path) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        os.dup2(descriptor, _STANDARD_ERROR)
        os.close(descriptor)


def main(words: Sequence[str]) -> None:
    """Serve one index. Never returns."""
    options = _options(words)
    try:
        _serve_index(options)
    except LeIndexError as error:
        sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
        os._exit(1)
    sys.stderr.flush()
    os._exit(0)  # a thread may still be in the middle of an answer that nobody waits for


def serve_at(
    place: Rendezvous,
    session: "Session",
    folder: Path,
    *,
    idle_s: float,
    is_busy: Callable[[], bool],
    lock_descriptor: int | None = None,
) -> None:
    """Claim the place, say that it is ready, and serve until it is time to leave. `folder` is that of the log.

    Raises `LockedError` when another process serves there, `MeetingError` where it cannot listen.
    """
    from lepasserelle.faces.mcp.host import MOST_CLIENTS, Host

    lock = _claim(place, lock_descriptor)
    sweep(place)
    try:
        listener = listen(place.socket, MOST_CLIENTS)
        os.write(_STANDARD_ERROR, READY)
        log = Log(folder)
        asyncio.run(Host(listener, place.socket, session, idle_s=idle_s, is_busy=is_busy, tidy=log.tidy).run())
    finally:
        remove(place)
        if isinstance(lock, FileLock):
            lock.release()


def _serve_index(options: argparse.Namespace) -> None:
    from lepasserelle.faces.mcp.opening import open_server

    project = Path(options.project)
    place = rendezvous(project, options.index_dir)
    with open_server(project, options.index_dir) as (server, settings):
        from lepasserelle.faces.mcp.server import serve_streams

        serve_at(
            place,
            lambda visitor: serve_streams(server, visitor, visitor),
            settings.index_folder(project),
            idle_s=settings.mcp_idle_s,
            is_busy=lambda: server.workplace.is_busy,
            lock_descriptor=options.lock_descriptor,
        )


def _claim(place: Rendezvous, descriptor: int | None) -> FileLock | int:
    """The lock: handed on by the relay that started us, or taken now."""
    if descriptor is not None:
        os.set_inheritable(descriptor, False)
        return descriptor
    lock = try_lock(place.lock)
    if lock is None:
        raise LockedError("another process serves this index already; clients reach it by `leindex mcp`")
    return lock


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"leindex {SERVER_WORD}", description="Started by `leindex mcp`.")
    parser.add_argument("--project", required=True)
    parser.add_argument("--index-dir")
    parser.add_argument(LOCK_OPTION, type=int)
    return parser.parse_args(words)
