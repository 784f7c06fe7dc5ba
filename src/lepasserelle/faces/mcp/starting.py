"""Getting a connection to the shared server, which is started when there is none.

Not here: what is said over the connection, and what the server does. Invariants: of any number of relays that find no server, one
starts it (a lock, handed on to the server for its life); a connection that is returned was welcomed; nobody waits without bound.

The server is detached: its parent is the system's, in a session of its own, so it outlives the client that happened to come first
and is no descendant of it. Until it is ready its standard error is a pipe to the relay that started it, which tells why it could
not.
"""

import os
import select
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from lepasserelle.durable.lock import FileLock, try_lock
from lepasserelle.errors import MeetingError
from lepasserelle.faces.mcp.rendezvous import FULL, WELCOME, Rendezvous
from lepasserelle.interpreter import SWITCHES, environment
from lepasserelle.meeting.sockets import STALE, connect

READY: Final = b"\0ready\n"
"""The last thing that a server writes to the pipe when it listens."""

LOCK_OPTION: Final = "--lock-descriptor"
SERVER_WORD: Final = "mcp-server"

_START_S: Final = 60.0
_WELCOME_S: Final = 10.0
_PAUSE_S: Final = 0.02
_MOST_LAST_WORDS: Final = 16 * 1024
_STANDARD_ERROR: Final = 2


def server_command(project: str, index_dir: str | None) -> list[str]:
    """The command of a shared server, to which `meet` adds what it needs."""
    options = ["--project", project, *(["--index-dir", index_dir] if index_dir else [])]
    return [sys.executable, *SWITCHES, "-m", "lepasserelle", SERVER_WORD, *options]


def meet(place: Rendezvous, command: Sequence[str]) -> socket.socket:
    """A welcomed connection to the server at `place`; `command` starts one. Raises `LeIndexError` when there is none to be had."""
    deadline_s = time.monotonic() + _START_S
    while True:
        found = _knock(place)
        if found is not None:
            return found
        lock = try_lock(place.lock)
        if lock is None:
            _wait(deadline_s)  # somebody starts one, or one is leaving
            continue
        with lock:
            if lock.is_linked:
                _start(command, lock)


def _knock(place: Rendezvous) -> socket.socket | None:
    """A welcomed connection; None when nobody serves there."""
    try:
        return _welcomed(connect(place.socket))
    except OSError as error:
        if error.errno in STALE:
            return None
        raise MeetingError(f"the shared server cannot be reached: {error.strerror or error}") from error


def _wait(deadline_s: float) -> None:
    if time.monotonic() >= deadline_s:
        raise MeetingError(f"the shared server has not become ready within {_START_S:.0f} s; try `leindex mcp --standalone`")
    time.sleep(_PAUSE_S)


def _welcomed(peer: socket.socket) -> socket.socket | None:
    """Wait for the welcome; None when it was leaving. Raises `MeetingError` when it serves nobody more, or says nothing."""
    peer.settimeout(_WELCOME_S)
    try:
        said = _first_line(peer)
        peer.setblocking(False)
    except TimeoutError:
        peer.close()
        raise MeetingError(f"the shared server says nothing for {_WELCOME_S:.0f} s; stop it, or use --standalone") from None
    except ConnectionError:
        said = b""
    if said == WELCOME:
        return peer
    peer.close()
    if said:
        reason = "has as many clients as it may" if said == FULL else "is of another kind"
        raise MeetingError(f"the shared server {reason}; use --standalone")
    return None


def _first_line(peer: socket.socket) -> bytes:
    """No more than that; empty when the other side ends before."""
    said = b""
    while not said.endswith(b"\n") and len(said) < len(WELCOME):
        piece = peer.recv(1)  # what follows is not ours to take
        if not piece:
            return b""
        said += piece
    return said


def _start(command: Sequence[str], lock: FileLock) -> None:
    """Start a server and wait until it listens. Raises `MeetingError` with its last words."""
    told, tell = os.pipe()
    held = lock.descriptor_for_another()
    try:
        _detach([*command, LOCK_OPTION, str(held)], tell, held)
    finally:
        os.close(held)
        os.close(tell)
    try:
        words = _last_words(told)
    finally:
        os.close(told)
    if not words.endswith(READY):
        raise MeetingError(_why_not(words))


def _last_words(told: int) -> bytes:
    """What comes until the server is ready or dead."""
    words = b""
    deadline_s = time.monotonic() + _START_S
    poll = select.poll()
    poll.register(told, select.POLLIN)
    while (left_s := deadline_s - time.monotonic()) > 0:
        if not poll.poll(left_s * 1000.0):
            break
        piece = os.read(told, 4096)
        if not piece:
            return words
        words = (words + piece)[-_MOST_LAST_WORDS:]
    raise MeetingError(f"the shared server has not become ready within {_START_S:.0f} s; try `leindex mcp --standalone`")


def _why_not(words: bytes) -> str:
    lines = words.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip() if lines else "the shared server ended before it was ready; try `leindex mcp --standalone`"


def _detach(command: Sequence[str], errors: int, kept: int) -> None:
    """Run a command as nobody's child, with `errors` as its standard error and `kept` open."""
    variables = environment()
    pid = os.fork()
    if pid:
        os.waitpid(pid, 0)
        return
    try:
        os.dup2(errors, _STANDARD_ERROR)
        os.setsid()
        if not os.fork():
            _become(command, variables, kept)
    except OSError as error:
        with suppress(OSError):
            os.write(_STANDARD_ERROR, f"the shared server could not be started: {error.strerror}".encode())
    finally:
        os._exit(0)


def _become(command: Sequence[str], variables: dict[str, str], kept: int) -> None:
    """Replace this process. Nothing of the client's stays open: a server that holds a pipe of it would keep others waiting."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(_STANDARD_ERROR):
        os.dup2(nothing, standard)
    os.closerange(_STANDARD_ERROR + 1, kept)
    os.closerange(kept + 1, max(kept + 1, os.sysconf("SC_OPEN_MAX")))
    os.chdir("/")
    os.execve(command[0], list(command), variables)  # noqa: S606 - our own interpreter
