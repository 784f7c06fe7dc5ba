"""A connection to the shared server: who is welcome, who waits, and for how long."""

import os
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lepasserelle.durable.lock import try_lock
from lepasserelle.errors import MeetingError
from lepasserelle.faces.mcp import starting
from lepasserelle.faces.mcp.rendezvous import FULL, WELCOME, Rendezvous
from lepasserelle.faces.mcp.starting import meet, server_command
from lepasserelle.meeting.sockets import listen

NEVER = ["/nowhere/at/all"]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@pytest.fixture
def place() -> Iterator[Rendezvous]:
    """A rendezvous of this test's own."""
    with tempfile.TemporaryDirectory(prefix="lt", dir="/tmp") as temporary:
        yield Rendezvous(Path(temporary) / "a.sock", Path(temporary) / "a.lock")


def saying(listener: socket.socket, *said: bytes) -> threading.Thread:
    """Somebody who says one thing to each who knocks, and hangs up."""

    def serve() -> None:
        listener.setblocking(True)
        for words in said:
            peer, _ = listener.accept()
            with peer:
                peer.sendall(words)

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


def test_who_is_welcomed_gets_every_byte_that_follows(place: Rendezvous) -> None:
    """The welcome is taken off, and no more."""
    with listen(place.socket, 1) as listener:
        thread = saying(listener, WELCOME + b"first line\n")
        with meet(place, NEVER) as peer:
            thread.join()
            peer.setblocking(True)
            assert peer.recv(100) == b"first line\n"


def test_a_server_that_hangs_up_before_it_welcomes_is_not_counted(place: Rendezvous) -> None:
    """It was leaving; the next one is knocked at."""
    with listen(place.socket, 4) as listener, try_lock(place.lock) or pytest.fail("locked"):
        thread = saying(listener, b"", b"", WELCOME)
        meet(place, NEVER).close()
        thread.join()


@pytest.mark.parametrize(
    ("said", "reason"), [(FULL, "as many clients as it may"), (b"HTTP/1.1 400 Bad Request\r\n", "of another kind")]
)
def test_a_server_that_does_not_welcome_is_an_error(place: Rendezvous, said: bytes, reason: str) -> None:
    """One that is full, and one that is no server of ours."""
    with listen(place.socket, 1) as listener:
        thread = saying(listener, said)
        with pytest.raises(MeetingError, match=reason):
            meet(place, NEVER)
        thread.join()


def test_a_server_that_says_nothing_is_not_waited_for_without_end(place: Rendezvous, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is stopped, or hangs."""
    monkeypatch.setattr(starting, "_WELCOME_S", 0.05)
    with listen(place.socket, 1), pytest.raises(MeetingError, match="says nothing"):
        meet(place, NEVER)


def test_somebody_who_starts_one_is_not_waited_for_without_end(place: Rendezvous, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock is held and nobody ever listens."""
    monkeypatch.setattr(starting, "_START_S", 0.1)
    with try_lock(place.lock) or pytest.fail("locked"), pytest.raises(MeetingError, match="has not become ready"):
        meet(place, NEVER)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (NEVER, "could not be started: No such file"),
        ([sys.executable, "-c", "import sys; print('one'); sys.exit('no room\\nfor me')"], "^for me$"),
        ([sys.executable, "-c", ""], "ended before it was ready"),
    ],
)
def test_a_server_that_cannot_begin_says_why(place: Rendezvous, command: list[str], reason: str) -> None:
    """With its last line; and the lock is free for the next try."""
    with pytest.raises(MeetingError, match=reason):
        meet(place, command)
    with try_lock(place.lock) or pytest.fail("still locked"):
        pass


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_server_that_never_becomes_ready_is_given_up(place: Rendezvous, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks is told in time."""
    monkeypatch.setattr(starting, "_START_S", 0.3)
    with pytest.raises(MeetingError, match="has not become ready"):
        meet(place, [sys.executable, "-c", "import time; time.sleep(1.5)"])


def test_the_command_is_this_interpreter_and_this_package() -> None:
    """Whatever lies in the working folder."""
    command = server_command("/p", "/i")
    assert command[:2] == [sys.executable, "-P"]
    assert command[-6:] == ["lepasserelle", "mcp-server", "--project", "/p", "--index-dir", "/i"]
    assert "--index-dir" not in server_command("/p", None)
