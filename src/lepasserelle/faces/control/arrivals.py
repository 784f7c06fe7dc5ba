"""Connections whose request has not come whole. Reads what has come and waits for none; costs no thread.

Not here: what is inside a request. Invariants: no more than `most` wait, and none longer than `patience_s`; where one too many
comes, the one that has waited longest goes, so that who connects without asking keeps nobody out.
"""

import selectors
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

from lepasserelle.faces.control.frames import LENGTH_BYTES, ControlError, FrameTooLargeError

_READ_BYTES: Final = 64 * 1024

Refuse = Callable[[socket.socket, ControlError], object]


class _Arrival:
    """One connection, and what has come of its frame."""

    __slots__ = ("buffer", "deadline_s", "peer")

    def __init__(self, peer: socket.socket, deadline_s: float) -> None:
        self.peer = peer
        self.deadline_s = deadline_s
        self.buffer = bytearray()


class Arrivals:
    """Those that have connected and not asked. `refuse` is told of each that is given up, and closes it. For one thread."""

    def __init__(self, selector: selectors.BaseSelector, most: int, most_bytes: int, refuse: Refuse) -> None:
        self._selector = selector
        self._most = most
        self._most_bytes = most_bytes
        self._refuse = refuse
        self._waiting: dict[socket.socket, _Arrival] = {}
        """In the order in which they came, which is that of their deadlines."""

    def __contains__(self, peer: object) -> bool:
        return peer in self._waiting

    def __iter__(self) -> Iterator[socket.socket]:
        return iter(tuple(self._waiting))

    def admit(self, peer: socket.socket, patience_s: float) -> bytes | None:
        """Wait for the request of one more; its payload when it is here already."""
        peer.setblocking(False)
        self._waiting[peer] = _Arrival(peer, time.monotonic() + patience_s)
        self._selector.register(peer, selectors.EVENT_READ)
        payload = self.read(peer)
        if len(self._waiting) > self._most:
            self._give_up(next(iter(self._waiting)), ControlError("too many others asked meanwhile"))
        return payload

    def read(self, peer: socket.socket) -> bytes | None:
        """Take what has come; the payload when that is all of it. The connection is the caller's from then on."""
        arrival = self._waiting[peer]
        try:
            while (missing := self._missing(arrival.buffer)) > 0:
                piece = peer.recv(min(missing, _READ_BYTES))
                if not piece:
                    self._give_up(peer, ControlError("a message was cut off") if arrival.buffer else None)
                    return None
                arrival.buffer += piece
        except BlockingIOError:
            return None
        except OSError:
            self._give_up(peer, None)
            return None
        except FrameTooLargeError as error:
            self._give_up(peer, error)
            return None
        self._forget(peer)
        return bytes(arrival.buffer[LENGTH_BYTES:])

    def drop(self, peer: socket.socket) -> None:
        """Close a connection, whether or not it waits."""
        with suppress(KeyError, ValueError):
            self._selector.unregister(peer)
        self._waiting.pop(peer, None)
        peer.close()

    def expire(self) -> float | None:
        """Give up those whose time has passed; seconds until the next one's has, None without any."""
        for peer in self:
            left_s = self._waiting[peer].deadline_s - time.monotonic()
            if left_s > 0:
                return left_s
            self._give_up(peer, ControlError("a message did not come in time"))
        return None

    def _missing(self, buffer: bytearray) -> int:
        """How many bytes have to come yet: of the length, then of what it announces."""
        if len(buffer) < LENGTH_BYTES:
            return LENGTH_BYTES - len(buffer)
        length = int.from_bytes(buffer[:LENGTH_BYTES], "little")
        if length > self._most_bytes:
            raise FrameTooLargeError(f"a message of {length} bytes is announced; at most {self._most_bytes} are possible")
        return LENGTH_BYTES + length - len(buffer)

    def _forget(self, peer: socket.socket) -> None:
        self._selector.unregister(peer)
        del self._waiting[peer]

    def _give_up(self, peer: socket.socket, error: ControlError | None) -> None:
        """None: it has gone, or said nothing, so nothing is said to it."""
        self._forget(peer)
        if error is None:
            peer.close()
        else:
            self._refuse(peer, error)
