"""Frames on a pipe: four bytes of length (little-endian), then that many bytes. Knows nothing of what is inside.

Not a protocol: what the frames mean stands in `messages`. Invariant: a frame is handed over whole or not at all, so that a peer
which died while writing leaves nothing half understood.
"""

import os
from typing import Final

LENGTH_BYTES: Final = 4
MAX_FRAME_BYTES: Final = 256 * 1024 * 1024
"""No honest frame is longer; a longer one means that something else wrote into the pipe."""

_READ_BYTES: Final = 256 * 1024


class FrameError(ValueError):
    """What came through the pipe is no frame."""


def write_frame(descriptor: int, payload: bytes) -> None:
    """Write one frame, waiting while the pipe is full. Raises `BrokenPipeError` when the reader is gone."""
    view = memoryview(len(payload).to_bytes(LENGTH_BYTES, "little") + payload)
    while view:
        view = view[os.write(descriptor, view) :]


def read_frame(descriptor: int) -> bytes | None:
    """Wait for one whole frame; None at the end of input, also when it comes in the middle of a frame."""
    head = _read_exactly(descriptor, LENGTH_BYTES)
    if head is None:
        return None
    return _read_exactly(descriptor, _checked_length(head))


def _read_exactly(descriptor: int, count: int) -> bytes | None:
    buffer = bytearray()
    while len(buffer) < count:
        piece = os.read(descriptor, min(count - len(buffer), _READ_BYTES))
        if not piece:
            return None
        buffer += piece
    return bytes(buffer)


def _checked_length(head: bytes) -> int:
    length = int.from_bytes(head, "little")
    if length > MAX_FRAME_BYTES:
        raise FrameError(f"a frame of {length} bytes is announced; at most {MAX_FRAME_BYTES} are possible")
    return length
