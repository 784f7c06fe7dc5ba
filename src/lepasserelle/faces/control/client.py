"""Finds running processes and asks them. Waits for nobody without bound.

Not here: choosing among them (the command does). Invariant: only a socket that refuses to connect is swept away; one whose process
is slow, stopped or busy stays.
"""

import errno
import os
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from lepasserelle.errors import LeIndexError
from lepasserelle.faces.control.credentials import is_same_user
from lepasserelle.faces.control.frames import ControlError, receive_frame, send_frame
from lepasserelle.faces.control.messages import (
    MOST_REPLY_BYTES,
    Document,
    Done,
    Request,
    Statistics,
    pack,
    unpack_reply,
)
from lepasserelle.faces.control.places import Place, places

CONNECT_S: Final = 1.0
LOOK_S: Final = 10.0
WORK_S: Final = 120.0
"""A spill, a reload or warming may have to wait for readers, or for a disk."""

_PAUSE_S: Final = 0.01
_STALE: Final = frozenset({errno.ECONNREFUSED, errno.ENOENT})


class RefusedError(LeIndexError):
    """The other process says why it did not do it."""


def sweep(key: str | None = None) -> list[Place]:
    """The sockets (of one index) behind which somebody listens; the others are removed."""
    return [place for place in places(key) if _is_alive(place)]


def ask(place: Place, request: Request, timeout_s: float | None = None) -> Document:
    """Have the process do it, and return what it says.

    Raises `ControlError` when it cannot be reached or does not answer in time, and `RefusedError` with its own words.
    """
    wait_s = timeout_s if timeout_s is not None else LOOK_S if isinstance(request, Statistics) else WORK_S
    try:
        with _connected(place.path) as peer:
            send_frame(peer, pack(request), CONNECT_S)
            payload = receive_frame(peer, MOST_REPLY_BYTES, wait_s)
    except OSError as error:
        raise ControlError(f"process {place.pid} cannot be reached: {error.strerror or error}") from error
    except ControlError as error:
        raise ControlError(f"process {place.pid} does not answer: {error}") from error
    if payload is None:
        raise ControlError(f"process {place.pid} has ended, or does not answer this user")
    reply = unpack_reply(payload)
    if isinstance(reply, Done):
        return reply.document
    raise RefusedError(f"process {place.pid}: {reply.reason}")


def _is_alive(place: Place) -> bool:
    try:
        _connected(place.path).close()
    except OSError as error:
        if error.errno in _STALE:
            with suppress(OSError):
                place.path.unlink()
            return False
        return isinstance(error, TimeoutError) or error.errno == errno.EAGAIN
    except ControlError:
        return False
    return True


def _connect(peer: socket.socket, path: str) -> None:
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


def _connected(path: Path) -> socket.socket:
    """Raises `OSError`; `ControlError` when another user listens there."""
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _connect(peer, os.fspath(path))
        is_ours = is_same_user(peer)
    except BaseException:
        peer.close()
        raise
    if is_ours:
        return peer
    peer.close()
    raise ControlError("it belongs to another user")
