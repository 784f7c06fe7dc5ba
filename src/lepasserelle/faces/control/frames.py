"""Frames on a stream socket: four bytes of length (little-endian), then that many bytes; bounded in size and in time.

Not here: what is inside (`messages`). Invariants: a frame is handed over whole or not at all; nobody waits past the deadline,
however slowly the other side sends; no more memory is taken than what has really come.
"""

import socket
import time
from typing import Final

from lepasserelle.errors import MeetingError

LENGTH_BYTES: Final = 4
_READ_BYTES: Final = 64 * 1024


class ControlError(MeetingError):
    """Another process could not be reached, does not answer, or refuses."""


class FrameTooLargeError(ControlError):
    """A frame is announced that is longer than any honest one."""


def send_frame(peer: socket.socket, payload: bytes, timeout_s: float) -> None:
    """Send one frame within `timeout_s`. Raises `ControlError` when the other side does not take it."""
    peer.settimeout(timeout_s)
    try:
        peer.sendall(len(payload).to_bytes(LENGTH_BYTES, "little") + payload)
    except OSError as error:
        raise ControlError(f"the other side does not take a message: {_reason(error)}") from error


def receive_frame(peer: socket.socket, most_bytes: int, timeout_s: float) -> bytes | None:
    """The next frame; None when the other side ended before it began one.

    Raises `FrameTooLargeError` for a frame of more than `most_bytes`, and `ControlError` when it is cut off or has not come whole
    after `timeout_s`, counted from now.
    """
    deadline_s = time.monotonic() + timeout_s
    head = _receive_exactly(peer, LENGTH_BYTES, deadline_s)
    if not head:
        return None
    if len(head) < LENGTH_BYTES:
        raise ControlError("a message was cut off")
    length = int.from_bytes(head, "little")
    if length > most_bytes:
        raise FrameTooLargeError(f"a message of {length} bytes is announced; at most {most_bytes} are possible")
    payload = _receive_exactly(peer, length, deadline_s)
    if len(payload) < length:
        raise ControlError("a message was cut off")
    return payload


def _receive_exactly(peer: socket.socket, count: int, deadline_s: float) -> bytes:
    """`count` bytes, or fewer when the other side ended before."""
    buffer = bytearray()
    while len(buffer) < count:
        left_s = deadline_s - time.monotonic()
        if left_s <= 0:
            raise ControlError("a message did not come in time")
        peer.settimeout(left_s)
        try:
            piece = peer.recv(min(count - len(buffer), _READ_BYTES))
        except OSError as error:
            raise ControlError(f"a message did not come: {_reason(error)}") from error
        if not piece:
            break
        buffer += piece
    return bytes(buffer)


def _reason(error: OSError) -> str:
    return "it took too long" if isinstance(error, TimeoutError) else error.strerror or str(error)
