"""Answers other processes of the same user: a thread that listens, and one short-lived thread a connection.

Not here: what a request does (`operations`). Invariants: nobody but this user is answered, and nothing before that is known; one
connection is one request and one reply; a peer that sends too much, too little, too slowly or nonsense costs one thread for
`REQUEST_S` at most and nothing else; at most `MOST_AT_ONCE` are served at once, the others wait in the system's queue.

A forked child closes what it inherited and listens under its own number.
"""

import os
import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final

from lepasserelle.errors import LeIndexError, MeetingError
from lepasserelle.faces.control.frames import ControlError, receive_frame, send_frame
from lepasserelle.faces.control.messages import (
    MOST_REPLY_BYTES,
    MOST_REQUEST_BYTES,
    Document,
    Done,
    Hello,
    Refused,
    Reply,
    Request,
    pack,
    unpack_request,
)
from lepasserelle.faces.control.places import name_of
from lepasserelle.meeting.credentials import is_same_user
from lepasserelle.meeting.places import private_folder
from lepasserelle.meeting.sockets import listen
from lepasserelle.memory.forks import renew_after_fork

REQUEST_S: Final = 2.0
"""A request is a few bytes; who needs longer is broken or means harm."""

REPLY_S: Final = 5.0
MOST_AT_ONCE: Final = 4
_BACKLOG: Final = 64
_DISCARD_BYTES: Final = 64 * 1024
_CLOSE_S: Final = 5.0
_SERIALS: Final = count()

Act = Callable[[Request], Document]


class ControlServer:
    """Serves `act` on a socket of its own until `close`. Raises `MeetingError` where it cannot listen. Idempotent to close."""

    _pid: int
    _path: Path
    _listener: socket.socket
    _bell: socket.socket
    _bell_end: socket.socket
    """Readable once the bell is closed: time to stop."""
    _places: threading.BoundedSemaphore
    _serving: dict[threading.Thread, socket.socket]
    _thread: threading.Thread
    _is_closing: bool

    def __init__(self, key: str, act: Act) -> None:
        self._key = key
        self._act = act
        self._serial = next(_SERIALS)
        self._begin()
        renew_after_fork(self)

    @property
    def path(self) -> Path:
        """Where it listens."""
        return self._path

    @property
    def is_open(self) -> bool:
        """Whether it answers."""
        return self._thread.is_alive() and not self._is_closing

    def close(self) -> None:
        """Stop answering, take the name away, and wait some seconds for what goes on."""
        if self._pid != os.getpid() or self._is_closing:
            return
        self._is_closing = True
        with suppress(OSError):
            self._path.unlink()
        self._bell.close()
        for thread in (self._thread, *self._serving.copy()):
            if thread is not threading.current_thread():
                thread.join(_CLOSE_S)

    def after_fork(self) -> None:
        """The threads are the parent's, and so is the name."""
        was_open = not self._is_closing
        for inherited in (self._listener, self._bell, self._bell_end, *self._serving.copy().values()):
            inherited.close()
        self._is_closing = True
        if was_open:
            with suppress(MeetingError):
                self._begin()

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._path = private_folder() / name_of(self._key, self._pid, self._serial)
        self._listener = listen(self._path, _BACKLOG)
        self._bell, self._bell_end = socket.socketpair()
        self._places = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._serving: dict[threading.Thread, socket.socket] = {}
        self._is_closing = False
        self._thread = threading.Thread(target=self._wait, name="leindex-control", daemon=True)
        self._thread.start()

    def _wait(self) -> None:
        """Until the bell's other end is closed."""
        with self._listener, self._bell_end, selectors.PollSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._bell_end, selectors.EVENT_READ)
            while not self._is_closing:
                ready = {key.fileobj for key, _ in selector.select()}
                if self._bell_end in ready or self._is_closing:
                    return
                self._places.acquire()
                self._admit()

    def _admit(self) -> None:
        """One more connection. It may be gone already, and the system may have no descriptor for it."""
        try:
            peer, _ = self._listener.accept()
        except OSError:
            self._places.release()
            threading.Event().wait(0.01)
            return
        thread = threading.Thread(target=self._serve, args=(peer,), name="leindex-control-peer", daemon=True)
        self._serving[thread] = peer
        thread.start()

    def _serve(self, peer: socket.socket) -> None:
        try:
            with peer:
                if is_same_user(peer):
                    self._answer(peer)
        finally:
            self._serving.pop(threading.current_thread(), None)
            self._places.release()

    def _answer(self, peer: socket.socket) -> None:
        try:
            payload = receive_frame(peer, MOST_REQUEST_BYTES, REQUEST_S)
            reply = None if payload is None else self._reply(payload)
        except ControlError as error:
            reply = Refused(str(error), type(error).__name__)
        if reply is None:
            return
        with suppress(ControlError):  # who asked has gone
            send_frame(peer, _packed(reply), REPLY_S)
            _discard(peer)

    def _reply(self, payload: bytes) -> Reply:
        try:
            message = unpack_request(payload)
            return Done({}) if isinstance(message, Hello) else Done(self._act(message))
        except LeIndexError as error:
            return Refused(str(error), type(error).__name__)
        except (OSError, MemoryError) as error:
            return Refused(f"{type(error).__name__}: {error}", type(error).__name__)


def _discard(peer: socket.socket) -> None:
    """Take what is there still: closing over unread bytes would take the reply away from who sent them."""
    peer.settimeout(0)
    with suppress(OSError):
        peer.recv(_DISCARD_BYTES)


def _packed(reply: Reply) -> bytes:
    packed = pack(reply)
    return packed if len(packed) <= MOST_REPLY_BYTES else pack(Refused("the reply is too large", "ControlError"))
