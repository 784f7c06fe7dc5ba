"""Starts the children of a run as forks of one that has imported what they need: ten milliseconds each instead of two hundred.

The parent's side of `forking`. Decides nothing about jobs. Where forks cannot be had (another system, a server that has died) it
starts children as `Child` does, so that who asks never knows. Invariants: this process never forks, nor waits for a fork by
its id; no fork and no server outlives the block.
"""

import socket
import subprocess
import tempfile
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from io import FileIO
from os import pipe
from select import select
from time import monotonic
from types import TracebackType
from typing import IO, Final, Self

from lepasserelle import headstart
from lepasserelle.errors import BudgetExceededError, WorkerError
from lepasserelle.headstart import can_fork, start_server
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.forking import Born, Fork, Kill, Limit, Load, Request, Retire, decode_notice, encode, often
from lepasserelle.ingest.reserving import IDLE_BYTES, Reserve, unlimited
from lepasserelle.interpreter import worker_command

_MESSAGE_BYTES: Final = 256
_START_S: Final = 120.0
"""Longest time for the server to import what it needs, on a machine that is busy with something else."""

_ROOM_BYTES: Final = 1_000_000_000
"""With less for children every megabyte is for those that work: the pages that they share with the server count for each."""

_CLOSE_S: Final = 5.0
_KILLED: Final = -9
"""How a fork ends whose server is gone: the system sees to it."""


class Nursery:
    """A context manager that leaves no child behind. `plain` starts one that is no fork; `most_bytes`: what limits leave for
    children (None: no limit).
    """

    def __init__(self, plain: Callable[[], Child] = Child, reserve: Reserve = unlimited, most_bytes: int | None = None) -> None:
        self._plain = plain
        self._reserve = reserve
        self._may_begin = plain is Child and can_fork() and (most_bytes is None or most_bytes >= _ROOM_BYTES)
        self._claim = ExitStack()
        self._server: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._is_retired = False
        self._lock = threading.RLock()
        self._unborn: deque[Forked] = deque()
        self._alive: dict[int, Forked] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def begin(self) -> bool:
        """Start the server, once; whether there is one. There is none where memory is short, or the system has no such thing."""
        if self._may_begin:
            self._may_begin = False
            with suppress(BudgetExceededError):
                claim = self._claim.enter_context(self._reserve(IDLE_BYTES, "indexing", timeout_s=0, in_children=True))
                self._begin()
                if self._server is not None:
                    claim.covers(self._server.pid)
        headstart.dismiss()
        return self._control is not None

    def adopt(self) -> None:
        """Take the server that was begun before this program was loaded, if there is one; none is started."""
        if headstart.has_begun():
            self.begin()

    def _begin(self) -> None:
        with suppress(OSError, WorkerError):  # a plain child would say why
            self._server, self._control = headstart.take() or start_server(worker_command())

    def expect(self, languages: Iterable[str]) -> None:
        """Languages of the files to be parsed: what several children would each compile is compiled before they fork."""
        if met := often(Counter(languages)):
            self.send(Load(met))

    def parser(self) -> Child:
        """A child that is going to parse."""
        return self._start(Fork(builds=False))

    def builder(self) -> Child:
        """A child that is going to build."""
        return self._start(Fork(builds=True))

    def retire(self) -> None:
        """Say that no more children are expected: who forks gives back what they begin with. One that is asked for all the same
        is no fork.
        """
        with self._lock:
            self._is_retired = self._is_retired or self.send(Retire())

    def close(self) -> None:
        """End the server, and with it whoever it forked. Afterwards children are no forks. Idempotent."""
        with self._lock:
            self._may_begin = False
            sees_to_somebody = bool(self._unborn or self._alive)
            self._give_up()
            server, self._server = self._server, None
            if server is not None:
                if not sees_to_somebody:  # it may be about to import what nobody needs, and to be told takes longer
                    server.kill()
                try:
                    server.wait(_CLOSE_S)
                except subprocess.TimeoutExpired:
                    server.kill()
                    server.wait()
            self._claim.close()

    def _start(self, request: Fork) -> Child:
        with self._lock, suppress(OSError):  # no descriptor left: a plain child says so
            if not self._is_retired and (child := self._forked(request)) is not None:
                return child
        return self._plain()

    def _forked(self, request: Fork) -> Child | None:
        """One more fork; None when the server is gone."""
        with ExitStack() as ours, ExitStack() as theirs:
            stderr = ours.enter_context(tempfile.TemporaryFile())
            requests, to_child = _pipe(theirs, ours)
            replies, from_child = reversed(_pipe(ours, theirs))
            if not self.send(request, [requests.fileno(), replies.fileno(), stderr.fileno()]):
                return None
            forked = Forked(self, to_child, from_child)
            self._unborn.append(forked)
            ours.pop_all()  # the child's now
            return ForkedChild(forked, stderr)

    def send(self, request: Request, descriptors: list[int] | None = None) -> bool:
        """Ask the server; False when there is none any more."""
        with self._lock:
            if self._control is None:
                return False
            try:
                socket.send_fds(self._control, [encode(request)], descriptors or [])
            except OSError:
                self._give_up()
                return False
            return True

    def listen_until(self, is_known: Callable[[], bool], timeout_s: float | None) -> bool:
        """Take in what the server says until `is_known`; False when that takes longer than `timeout_s`."""
        deadline_s = None if timeout_s is None else monotonic() + timeout_s
        while not is_known():
            with self._lock:
                if is_known() or self._control is None:
                    break
                left_s = None if deadline_s is None else max(0.0, deadline_s - monotonic())
                if not select([self._control], [], [], left_s)[0]:
                    return False
                self._hear(self._control)
        return is_known()

    def _hear(self, control: socket.socket) -> None:
        try:
            message = control.recv(_MESSAGE_BYTES)
        except OSError:
            message = b""
        if not message:
            self._give_up()
            return
        notice = decode_notice(message)
        if isinstance(notice, Born):
            forked = self._unborn.popleft()
            forked.born(notice.pid)
            if notice.pid:
                self._alive[notice.pid] = forked
        else:
            self._alive.pop(notice.pid).ended(notice.status)

    def _give_up(self) -> None:
        """The server is gone, or goes: with it everyone it forked."""
        if self._control is not None:
            self._control.close()
            self._control = None
        for forked in (*self._unborn, *self._alive.values()):
            forked.ended(_KILLED)
        self._unborn.clear()
        self._alive.clear()


class Forked:
    """What `Child` needs of a process, of one that is not this process's own child."""

    def __init__(self, nursery: Nursery, stdin: FileIO, stdout: FileIO) -> None:
        self.stdin = stdin
        self.stdout = stdout
        self._nursery = nursery
        self._pid: int | None = None
        self._status: int | None = None

    @property
    def pid(self) -> int:
        """Process id; 0 of one that never began. Waits until the server has imported what it needs."""
        if not self._nursery.listen_until(lambda: self._pid is not None or self._status is not None, _START_S):
            self._nursery.close()
        return self._pid or 0

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, or the negative of a signal. Raises `subprocess.TimeoutExpired`."""
        if not self._nursery.listen_until(lambda: self._status is not None, timeout):
            raise subprocess.TimeoutExpired("a fork", timeout or 0.0)
        assert self._status is not None
        return self._status

    def kill(self) -> None:
        """End it at once."""
        if self._status is None and self.pid:
            self._nursery.send(Kill(self.pid))

    def limit(self, soft_bytes: int, hard_bytes: int) -> None:
        """Set its `RLIMIT_DATA`."""
        if self.pid:
            self._nursery.send(Limit(self.pid, soft_bytes, hard_bytes))

    def born(self, pid: int) -> None:
        """The server says that it runs; 0: it could not be had."""
        self._pid = pid
        if not pid:
            self._status = 1

    def ended(self, status: int) -> None:
        """It runs no more."""
        if self._status is None:
            self._status = status


class ForkedChild(Child):
    """A child that another child forked."""

    def __init__(self, process: Forked, stderr: IO[bytes]) -> None:
        self._process = self._forked = process
        self._take(stderr)

    def _limit_data(self, soft_bytes: int, hard_bytes: int) -> None:
        with suppress(OSError):
            self._forked.limit(soft_bytes, hard_bytes)


def _pipe(readers: ExitStack, writers: ExitStack) -> tuple[FileIO, FileIO]:
    """The two ends of a pipe, each closed by who has it."""
    read, write = pipe()
    return readers.enter_context(FileIO(read, "rb")), writers.enter_context(FileIO(write, "wb"))
