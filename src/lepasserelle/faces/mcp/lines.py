"""Bytes as they come → whole lines, bounded.

Not here: what a line says. Invariants: a line is handed over whole or not at all; of one that is too long nothing is kept but its
two ends.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

MOST_LINE_BYTES: Final = 4 << 20
"""Of a message of a client. An honest one takes a few hundred."""

_END_BYTES: Final = 1024


class TooLong(NamedTuple):
    """A line that was longer than allowed: how it began and how it ended."""

    head: bytes
    tail: bytes


class LineBuffer:
    """Cuts what it is fed into lines of at most `most_bytes`, their ends left out."""

    def __init__(self, most_bytes: int = MOST_LINE_BYTES) -> None:
        self._most_bytes = most_bytes
        self._held = bytearray()
        self._head: bytes | None = None
        """Of the line that is being skipped, whose end so far is held."""

    def feed(self, data: bytes) -> Iterator[bytes | TooLong]:
        """Every line that `data` completes; blank ones are passed over. To be used up."""
        *complete, rest = data.split(b"\n")
        for piece in complete:
            line = self._end(piece)
            if not isinstance(line, bytes) or line.strip():
                yield line
        self._hold(rest)

    def clear(self) -> None:
        """Forget the line that has begun."""
        self._held.clear()
        self._head = None

    def rest(self) -> bytes:
        """The last line, which nothing ended; empty when there is none, or when it is too long."""
        line = b"" if self._head is not None else bytes(self._held)
        self.clear()
        return line if line.strip() else b""

    def _hold(self, piece: bytes) -> None:
        self._held += piece
        if len(self._held) > self._most_bytes and self._head is None:
            self._head = bytes(self._held[:_END_BYTES])
        if self._head is not None:
            del self._held[:-_END_BYTES]

    def _end(self, piece: bytes) -> bytes | TooLong:
        self._hold(piece)
        line = bytes(self._held)
        found = line if self._head is None else TooLong(self._head, line)
        self.clear()
        return found
