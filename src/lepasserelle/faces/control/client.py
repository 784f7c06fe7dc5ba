"""Finds running processes and asks them. Waits for nobody without bound.

Not here: choosing among them (the command does). Invariant: only a socket that refuses to connect is swept away; one whose process
is slow, stopped or busy stays.
"""

import errno
from contextlib import suppress
from typing import Final

from lepasserelle.errors import LeIndexError, MeetingError
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
from lepasserelle.meeting.sockets import CONNECT_S, STALE, connect

LOOK_S: Final = 10.0
WORK_S: Final = 120.0
"""A spill, a reload or warming may have to wait for readers, or for a disk."""


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
        with connect(place.path) as peer:
            send_frame(peer, pack(request), CONNECT_S)
            payload = receive_frame(peer, MOST_REPLY_BYTES, wait_s)
    except OSError as error:
        raise ControlError(f"process {place.pid} cannot be reached: {error.strerror or error}") from error
    except MeetingError as error:
        raise ControlError(f"process {place.pid} does not answer: {error}") from error
    if payload is None:
        raise ControlError(f"process {place.pid} has ended, or does not answer this user")
    reply = unpack_reply(payload)
    if isinstance(reply, Done):
        return reply.document
    raise RefusedError(f"process {place.pid}: {reply.reason}")


def _is_alive(place: Place) -> bool:
    try:
        connect(place.path).close()
    except OSError as error:
        if error.errno in STALE:
            with suppress(OSError):
                place.path.unlink()
            return False
        return isinstance(error, TimeoutError) or error.errno == errno.EAGAIN
    except MeetingError:
        return False
    return True
