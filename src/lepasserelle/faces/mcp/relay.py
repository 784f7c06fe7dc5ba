"""The process that a client starts: hands lines on between its standard streams and the shared server, and stays small.

One thread, which waits for whatever comes next: from the client, from the server, or the end of the client. A connection is made
when the client first asks something, and again when it asks after the server has gone; the client does not notice beyond the
request that was under way, which is answered with an error.

Not here: the protocol beyond what `ledger` says, and starting servers (`starting`). Invariants: no import of the SDK, of numpy or
of click; a line reaches the other side whole or not at all; nothing blocks but waiting, so that no side can hang the other.
"""

import os
import select
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from lepasserelle.errors import LeIndexError
from lepasserelle.faces.mcp.ledger import Kind, Ledger, too_long
from lepasserelle.faces.mcp.lines import MOST_LINE_BYTES, LineBuffer, TooLong
from lepasserelle.faces.mcp.parent import LOOK_EVERY_S, Parent
from lepasserelle.faces.mcp.rendezvous import FAREWELL, lines_heard

Connect = Callable[[], socket.socket]
"""A welcomed connection that does not block. Raises `LeIndexError`."""

_MOST_ANSWER_BYTES: Final = 32 << 20
_MOST_QUEUED_BYTES: Final = 1 << 20
"""A side that does not read is not written for beyond this."""

_LARGE_BYTES: Final = 1 << 18
"""What is larger may leave memory behind that the allocator keeps for more of that kind, for hours."""

_READ_BYTES: Final = 1 << 16
_AFTER_END_S: Final = 30.0
"""How long answers are waited for after the client's last word."""

_GONE: Final = select.POLLERR | select.POLLHUP | select.POLLNVAL if hasattr(select, "poll") else 0


class Relay:
    """One client. `run` until it leaves."""

    def __init__(self, connect: Connect, client_in: int = 0, client_out: int = 1) -> None:
        self._connect = connect
        self._client_in = client_in
        self._client_out = client_out
        self._parent = Parent()
        self._ledger = Ledger()
        self._from_client = LineBuffer(MOST_LINE_BYTES)
        self._from_server = LineBuffer(_MOST_ANSWER_BYTES)
        self._to_client = bytearray()
        self._to_server: deque[bytes] = deque()
        """Lines; the first may be partly sent."""
        self._sent_of_first = 0
        self._server: socket.socket | None = None
        self.has_met = False
        """Whether there ever was a server."""
        self._is_farewell = False
        self._heard: int | None = None
        """Lines that a server which cut us off had read."""
        self._end_s: float | None = None
        """When to leave, once the client has said its last."""
        self._is_client_gone = False
        self._was_large = False

    def run(self) -> None:
        """Hand on until the client or its process is gone, or has said its last and been answered."""
        while not self._is_done():
            for descriptor, event in self._wait():
                self._handle(descriptor, event)
        if self._server is not None:
            self._server.close()

    def _is_done(self) -> bool:
        if self._is_client_gone or (self._parent.descriptor is None and self._parent.is_gone):
            return True
        if self._end_s is None:
            return False
        is_answered = not self._ledger.is_waiting and not self._to_client and not self._to_server
        return is_answered or time.monotonic() >= self._end_s

    def _wait(self) -> list[tuple[int, int]]:
        poll = select.poll()
        if self._end_s is None and self._queued_bytes() < _MOST_QUEUED_BYTES:
            poll.register(self._client_in, select.POLLIN)
        poll.register(self._client_out, select.POLLOUT if self._to_client else 0)
        if self._parent.descriptor is not None:
            poll.register(self._parent.descriptor, select.POLLIN)
        if self._server is not None:
            wanted = select.POLLIN if len(self._to_client) < _MOST_QUEUED_BYTES else 0
            poll.register(self._server, wanted | (select.POLLOUT if self._to_server else 0))
        server = None if self._server is None else self._server.fileno()
        return sorted(poll.poll(self._wait_ms()), key=lambda found: found[0] != server)  # its end before what would be sent to it

    def _wait_ms(self) -> float | None:
        limits = [LOOK_EVERY_S] if self._parent.descriptor is None else []
        if self._end_s is not None:
            limits.append(max(0.0, self._end_s - time.monotonic()))
        return min(limits) * 1000.0 if limits else None

    def _queued_bytes(self) -> int:
        return sum(map(len, self._to_server))

    def _handle(self, descriptor: int, event: int) -> None:
        if descriptor == self._parent.descriptor:
            self._is_client_gone = True
        elif self._server is not None and descriptor == self._server.fileno():
            if event & select.POLLOUT:
                self._write_server()
            if event & (select.POLLIN | _GONE):
                self._read_server()
        else:  # one descriptor may be both of the client's
            if descriptor == self._client_out:
                self._write_client(event)
            if descriptor == self._client_in and event & (select.POLLIN | _GONE) and self._end_s is None:
                self._read_client()

    # ── the client ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _read_client(self) -> None:
        try:
            data = os.read(self._client_in, _READ_BYTES)
        except OSError:  # closed when we were started, or a socket that was reset
            data = b""
        for line in self._from_client.feed(data):
            self._take(line)
        if not data:
            if rest := self._from_client.rest():
                self._take(rest)
            self._end_s = time.monotonic() + _AFTER_END_S

    def _take(self, line: bytes | TooLong) -> None:
        if isinstance(line, TooLong):
            self._answer([too_long(line, MOST_LINE_BYTES)])
            return
        kind = self._ledger.from_client(line)
        if kind is Kind.UNWANTED or (kind is Kind.REMARK and self._server is None):
            return
        if self._server is not None:
            self._to_server.append(line + b"\n")
        elif self._begin() and line + b"\n" not in self._to_server:
            self._to_server.append(line + b"\n")  # no request at all: the server says what is wrong with it

    def _answer(self, lines: list[bytes]) -> None:
        for line in lines:
            self._to_client += line
            self._to_client += b"\n"
        self._was_large |= len(self._to_client) > _LARGE_BYTES

    def _write_client(self, event: int) -> None:
        """At most as much as a pipe takes for sure when it says that it takes some: it may not be ours to set non-blocking."""
        if event & _GONE:
            self._is_client_gone = True
        elif event & select.POLLOUT:
            try:
                written = os.write(self._client_out, self._to_client[: select.PIPE_BUF])
            except BlockingIOError:
                return
            except OSError:
                self._is_client_gone = True
                return
            del self._to_client[:written]
            if self._was_large and not self._to_client:
                self._was_large = False
                give_back_memory()

    # ── the server ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _begin(self) -> bool:
        """Connect, and bring the server to where the former one was. False: there is none, and the client has been told."""
        try:
            self._server = self._connect()
        except LeIndexError as error:
            self._answer(self._ledger.give_up(str(error)))
            complain(str(error))
            return False
        self.has_met = True
        self._is_farewell, self._heard = False, None
        self._to_server.extend(line + b"\n" for line in self._ledger.renewal())
        return True

    def _write_server(self) -> None:
        assert self._server is not None
        try:
            while self._to_server:
                first = self._to_server[0]
                self._sent_of_first += self._server.send(memoryview(first)[self._sent_of_first :])
                if self._sent_of_first == len(first):
                    self._ledger.sent(self._to_server.popleft()[:-1])
                    self._sent_of_first = 0
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            return  # its last words, if any, are still to be read

    def _read_server(self) -> None:
        assert self._server is not None
        try:
            data = self._server.recv(_READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data or not all(self._hand_over(line) for line in self._from_server.feed(data)):
            self._lose()

    def _hand_over(self, line: bytes | TooLong) -> bool:
        """False: no server of ours says such a thing."""
        if isinstance(line, TooLong):
            return False
        if line == FAREWELL.rstrip():
            self._is_farewell = True
        elif (heard := lines_heard(line)) is not None:
            self._heard = heard
        elif self._ledger.from_server(line):
            self._answer([line])
        return True

    def _lose(self) -> None:
        """The server has gone. Another one is begun at once when the client waits for something that may be asked again."""
        assert self._server is not None
        self._server.close()
        self._server = None
        self._from_server.clear()
        is_first_read = self._sent_of_first and self._heard is None  # perhaps: it may have lacked only its end
        unsent = {line[:-1] for line in list(self._to_server)[1 if is_first_read else 0 :]}
        if self._heard is not None:
            unsent |= self._ledger.unheard(self._heard)
        self._to_server.clear()
        self._sent_of_first = 0
        if self._is_farewell:
            self._ledger.server_left()
        else:
            self._answer(self._ledger.server_gone("the server ended while it worked on this; ask again", unsent))
        if self._ledger.is_waiting:
            self._begin()


def complain(message: str) -> None:
    """One line on standard error, which clients keep in their logs; nothing when that is closed."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"leindex: {message}\n")
        sys.stderr.flush()


def give_back_memory() -> None:
    """Have the C library return what it holds and nobody uses, where it can (glibc)."""
    import ctypes

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def run(connect: Connect, tidy: Callable[[], None]) -> None:
    """Be a relay on the standard streams. `tidy` takes away what a server that was killed has left, once the client has gone.

    An interrupt ends it at once: it has nothing of its own to put away.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    relay = Relay(connect)
    relay.run()
    if relay.has_met:
        tidy()
