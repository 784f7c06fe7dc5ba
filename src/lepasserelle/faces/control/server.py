"""Answers other processes of the same user: a thread that listens and reads, and short-lived ones that do what is asked.

Not here: what a request does (`operations`). Invariants: nobody but this user is answered, and nothing before that is known; one
connection is one request and one reply; a peer that sends too much, too little, too slowly, nothing or nonsense costs no thread,
and its connection for `REQUEST_S` at most (`arrivals`); at most `MOST_AT_ONCE` requests are worked on at once, others wait their
turn, `MOST_WAITING` of them; whether somebody is here is answered at once, whatever is worked on.

A forked child closes what it inherited and listens under its own number.
"""

import os
import selectors
import socket
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final

from lepasserelle.errors import LeIndexError, MeetingError
from lepasserelle.faces.control.arrivals import Arrivals
from lepasserelle.faces.control.frames import ControlError, send_frame
from lepasserelle.faces.control.messages import (
    MOST_REPLY_BYTES,
    MOST_REQUEST_BYTES,
    Document,
    Done,
    Hello,
    Message,
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
from lepasserelle.memory.threads import start_thread

REQUEST_S: Final = 2.0
"""A request is a few bytes; who needs longer is broken or means harm."""

REPLY_S: Final = 5.0
MOST_AT_ONCE: Final = 4
MOST_WAITING: Final = 64
"""Connections that have not asked yet, and as many requests that nobody works on yet."""

_BACKLOG: Final = 64
_DISCARD_BYTES: Final = 64 * 1024
_CLOSE_S: Final = 5.0
_RETRY_S: Final = 0.05
"""After what could not be read or let in, for want of memory or descriptors."""

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
    _mutex: threading.Lock
    _queue: deque[tuple[socket.socket, Request]]
    _serving: dict[threading.Thread, socket.socket]
    _selector: selectors.BaseSelector
    _arrivals: Arrivals
    _thread: threading.Thread
    _is_closing: bool
    _told: set[type[Exception]]
    """Kinds of errors that ended a turn."""

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
        with self._mutex:
            serving = tuple(self._serving)
        for thread in (self._thread, *serving):
            if thread is not threading.current_thread():
                thread.join(_CLOSE_S)

    def after_fork(self) -> None:
        """The threads are the parent's, and so is the name."""
        was_open = not self._is_closing
        queued = [peer for peer, _ in tuple(self._queue)]
        for inherited in (self._listener, self._bell, self._bell_end, *self._serving.copy().values(), *queued, *self._arrivals):
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
        self._mutex = threading.Lock()
        self._queue = deque()
        self._serving = {}
        self._selector = selectors.PollSelector()  # none that a forked child would share
        self._arrivals = Arrivals(self._selector, MOST_WAITING, MOST_REQUEST_BYTES, _refuse)
        self._told = set()
        self._is_closing = False
        self._thread = threading.Thread(target=self._wait, name="leindex-control", daemon=True)
        self._thread.start()

    def _wait(self) -> None:
        """Until the bell's other end is closed."""
        with self._listener, self._bell_end, self._selector as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._bell_end, selectors.EVENT_READ)
            while not self._is_closing:
                try:
                    if not self._turn(selector):
                        break
                except Exception as error:  # noqa: BLE001 - a thread that ends here would end answering for good: it is told
                    self._tell(error)
                    threading.Event().wait(_RETRY_S)
            for peer in (*self._arrivals, *(peer for peer, _ in self._queue)):
                peer.close()

    def _tell(self, error: Exception) -> None:
        """As of any thread that something ended; of each kind once, since what is lacking may be lacking for long."""
        with suppress(Exception):  # whatever telling fails of, answering goes on
            if type(error) in self._told:
                return
            self._told.add(type(error))
            threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, self._thread)))

    def _turn(self, selector: selectors.BaseSelector) -> bool:
        """Do what is to do for what has come, once something has; False: the bell's other end is closed."""
        ready = [key.fileobj for key, _ in selector.select(self._arrivals.expire())]
        if self._bell_end in ready:
            return False
        self._read([peer for peer in ready if isinstance(peer, socket.socket) and peer in self._arrivals])
        if self._listener in ready:
            self._admit()
        return True

    def _read(self, peers: Sequence[socket.socket]) -> None:
        """Before others are let in: who has asked is not one that waits."""
        for peer in peers:
            payload = self._arrivals.read(peer)
            if payload is not None:
                self._asked(peer, payload)

    def _admit(self) -> None:
        """One more connection. It may be gone already, and the system may have no descriptor for it."""
        try:
            peer, _ = self._listener.accept()
        except OSError:
            threading.Event().wait(0.01)
            return
        try:
            if not is_same_user(peer):
                peer.close()
                return
            payload = self._arrivals.admit(peer, REQUEST_S)
        except BaseException:
            self._arrivals.drop(peer)
            raise
        if payload is not None:
            self._asked(peer, payload)

    def _asked(self, peer: socket.socket, payload: bytes) -> None:
        """What needs no work is answered here; what does, by a thread when it is its turn."""
        try:
            message = unpack_request(payload)
        except ControlError as error:
            _refuse(peer, error)
            return
        if isinstance(message, Hello):
            _reply_at_once(peer, self._reply(message))
            return
        with self._mutex:
            is_full = len(self._serving) >= MOST_AT_ONCE
            is_taken = len(self._queue) < MOST_WAITING if is_full else self._begin_work(peer, message)
            if is_full and is_taken:
                self._queue.append((peer, message))
        if not is_taken:
            _refuse(peer, ControlError("this process has more to do than it can; ask again later"))

    def _begin_work(self, peer: socket.socket, request: Request) -> bool:
        """On a thread of its own; False when the system gives none. The caller holds the mutex."""
        thread = start_thread(self._serve, "leindex-control-peer", peer, request)
        if thread is not None:
            self._serving[thread] = peer
        return thread is not None

    def _serve(self, peer: socket.socket, request: Request) -> None:
        """The request; then it is the turn of the next one, whatever became of this."""
        try:
            with peer, suppress(ControlError):  # who asked has gone
                send_frame(peer, _packed(self._reply(request)), REPLY_S)
                _discard(peer)
        finally:
            with self._mutex:
                self._serving.pop(threading.current_thread(), None)
                while self._queue and not self._is_closing:
                    following = self._queue.popleft()
                    if self._begin_work(*following):
                        break
                    following[0].close()

    def _reply(self, message: Message) -> Reply:
        try:
            return Done({}) if isinstance(message, Hello) else Done(self._act(message))
        except LeIndexError as error:
            return Refused(str(error), type(error).__name__)
        except (OSError, MemoryError) as error:
            return Refused(f"{type(error).__name__}: {error}", type(error).__name__)


def _refuse(peer: socket.socket, error: ControlError) -> None:
    _reply_at_once(peer, Refused(str(error), type(error).__name__))


def _reply_at_once(peer: socket.socket, reply: Reply) -> None:
    """A few bytes, which the system takes without waiting, or nobody gets them."""
    with peer, suppress(ControlError):
        send_frame(peer, _packed(reply), 0.0)
        _discard(peer)


def _discard(peer: socket.socket) -> None:
    """Take what is there still: closing over unread bytes would take the reply away from who sent them."""
    peer.settimeout(0)
    with suppress(OSError):
        peer.recv(_DISCARD_BYTES)


def _packed(reply: Reply) -> bytes:
    packed = pack(reply)
    return packed if len(packed) <= MOST_REPLY_BYTES else pack(Refused("the reply is too large", "ControlError"))
