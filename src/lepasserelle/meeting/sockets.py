"""Unix sockets between processes of one user: listening under a name, knocking at one.

Not here: what is said. Invariants: a socket appears under its name when it already listens, so a name that refuses a connection is
stale; nobody is connected to another user's process; knocking takes no longer than it was given.
"""

import errno
import os
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from lepasserelle.errors import MeetingError
from lepasserelle.meeting.credentials import is_same_user
from lepasserelle.meeting.places import private_folder

CONNECT_S: Final = 1.0

STALE: Final = frozenset({errno.ECONNREFUSED, errno.ENOENT})
"""What a name without a listener behind it answers."""

_PAUSE_S: Final = 0.01


def are_available() -> bool:
    """Whether this system has Unix sockets for Python."""
    return hasattr(socket, "AF_UNIX")


def check_possible() -> None:
    """Raise `MeetingError` where processes of one user cannot meet safely."""
    if not are_available():
        raise MeetingError("this system has no Unix sockets for Python")
    left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    with left, right:
        if not is_same_user(left):
            raise MeetingError("this system does not tell who is at the other end of a socket")
    private_folder()


def listen(path: Path, backlog: int) -> socket.socket:
    """A socket that listens already when it gets its name, and does not block; a stale one of that name gives way.

    Raises `MeetingError` where it cannot.
    """
    if not are_available():
        raise MeetingError("this system has no Unix sockets for Python, so other processes cannot reach this one")
    partial = path.with_name(path.name + ".new")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with suppress(FileNotFoundError):
            partial.unlink()
        listener.bind(os.fspath(partial))
        partial.chmod(0o600)
        listener.listen(backlog)
        listener.setblocking(False)  # who knocked may have left before `accept`
        partial.rename(path)
    except OSError as error:
        listener.close()
        raise MeetingError(f"cannot listen at {path}: {error.strerror}. Other processes cannot reach this one.") from error
    return listener


def connect(path: Path) -> socket.socket:
    """A connection to who listens there, with `CONNECT_S` as its timeout.

    Raises `OSError` when nobody does (its number is in `STALE`) or nobody opens; `MeetingError` when another user listens there.
    """
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _knock(peer, os.fspath(path))
        is_ours = is_same_user(peer)
    except BaseException:
        peer.close()
        raise
    if is_ours:
        return peer
    peer.close()
    raise MeetingError("it belongs to another user")


def _knock(peer: socket.socket, path: str) -> None:
    """A queue that is full refuses at once (`EAGAIN`), unlike that of a network: knock again for a while."""
    deadline_s = time.monotonic() + CONNECT_S
    peer.settimeout(CONNECT_S)
    while True:
        try:
            peer.connect(path)
        except BlockingIOError:
            if time.monotonic() >= deadline_s:
                raise
            time.sleep(_PAUSE_S)
        else:
            return
