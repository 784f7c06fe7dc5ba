"""Finds running processes and asks them. Waits for nobody without bound.

Not here: choosing among them (the command does). Invariant: only a socket that refuses to connect is swept away; one whose process
is slow, stopped or busy stays.
"""

import errno
import os
from contextlib import suppress
from typing import Final

from lepasserelle.errors import LeIndexError, MeetingError
from lepasserelle.faces.control.frames import ControlError, receive_frame, send_frame
from lepasserelle.faces.control.messages import (
    MOST_REPLY_BYTES,
    Document,
    Done,
    Hello,
    Message,
    Request,
    Statistics,
    pack,
    unpack_reply,
)
from lepasserelle.faces.control.places import Place, places
from lepasserelle.meeting.sockets import CONNECT_S, STALE, connect

AWAKE_S: Final = 5.0
"""So long a process that is awake takes at most to say so; no work of its own stands before that."""

LOOK_S: Final = 10.0
WORK_S: Final = 120.0
"""A spill, a reload or warming may have to wait for readers, or for a disk."""


class RefusedError(LeIndexError):
    """The other process says why it did not do it."""


def sweep(key: str | None = None) -> list[Place]:
    """The sockets (of one index) behind which somebody listens; the others are removed."""
    return [place for place in places(key) if _is_alive(place)]


def sweep_dead() -> None:
    """Remove the sockets, of whatever index, whose process is not here any more and behind which nobody listens.

    The system's word on a process is not enough: one in another namespace of numbers may listen through a shared folder.
    """
    for place in places():
        if not _runs(place.pid):
            _is_alive(place)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def ask(place: Place, request: Request, timeout_s: float | None = None) -> Document:
    """Have the process do it, and return what it says.

    What may take long is asked only of a process that is awake: one that is stopped or hangs is given up after `AWAKE_S`. Raises
    `ControlError` when it cannot be reached or does not answer in time, and `RefusedError` with its own words.
    """
    wait_s = timeout_s if timeout_s is not None else LOOK_S if isinstance(request, Statistics) else WORK_S
    if wait_s > AWAKE_S:
        _exchange(place, Hello(), AWAKE_S, ". Is it stopped, or does it hang?")
    reply = unpack_reply(_exchange(place, request, wait_s))
    if isinstance(reply, Done):
        return reply.document
    raise RefusedError(f"process {place.pid}: {reply.reason}")


def _exchange(place: Place, message: Message, wait_s: float, hint: str = "") -> bytes:
    """The reply to one message, on a connection of its own."""
    try:
        with connect(place.path) as peer:
            send_frame(peer, pack(message), CONNECT_S)
            payload = receive_frame(peer, MOST_REPLY_BYTES, wait_s)
    except OSError as error:
        raise ControlError(f"process {place.pid} cannot be reached: {error.strerror or error}{hint}") from error
    except MeetingError as error:
        raise ControlError(f"process {place.pid} does not answer: {error}{hint}") from error
    if payload is None:
        raise ControlError(f"process {place.pid} has ended, or does not answer this user")
    return payload


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
