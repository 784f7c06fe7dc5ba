"""Listening under a name, and knocking at one."""

import errno
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lepasserelle.errors import MeetingError
from lepasserelle.meeting import sockets
from lepasserelle.meeting.sockets import STALE, connect, listen


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path, as sockets need it."""
    with tempfile.TemporaryDirectory(prefix="lm", dir="/tmp") as temporary:
        yield Path(temporary)


def test_who_knocks_is_heard_by_who_listens(folder: Path) -> None:
    """And the name is the user's alone."""
    with listen(folder / "a.sock", 1) as listener, connect(folder / "a.sock") as peer:
        heard, _ = listener.accept()
        with heard:
            peer.sendall(b"hello")
            assert heard.recv(10) == b"hello"
    assert (folder / "a.sock").stat().st_mode & 0o777 == 0o600
    assert not (folder / "a.sock.new").exists()


def test_a_name_that_nobody_listens_at_is_told_from_one_that_is_missing(folder: Path) -> None:
    """Both are stale, and the next listener takes the name over."""
    with pytest.raises(OSError) as missing:
        connect(folder / "a.sock")
    listen(folder / "a.sock", 1).close()
    with pytest.raises(OSError) as refused:
        connect(folder / "a.sock")
    assert {missing.value.errno, refused.value.errno} == {errno.ENOENT, errno.ECONNREFUSED} == set(STALE)
    with listen(folder / "a.sock", 1), connect(folder / "a.sock"):
        pass


def test_a_full_queue_is_knocked_at_for_a_while_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that hangs keeps nobody waiting without bound."""
    monkeypatch.setattr(sockets, "CONNECT_S", 0.05)
    with listen(folder / "a.sock", 0), connect(folder / "a.sock"), pytest.raises((BlockingIOError, TimeoutError)):
        connect(folder / "a.sock")


def test_where_one_cannot_listen_the_error_says_where(folder: Path) -> None:
    """A folder that is gone."""
    with pytest.raises(MeetingError, match=r"cannot listen at .*gone"):
        listen(folder / "gone" / "a.sock", 1)


def test_a_system_without_unix_sockets_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python on Windows has none."""
    monkeypatch.delattr(socket, "AF_UNIX")
    assert not sockets.are_available()
    with pytest.raises(MeetingError, match="no Unix sockets"):
        listen(folder / "a.sock", 1)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_users_listener_is_not_spoken_to(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who listens there is asked of the system."""
    with listen(folder / "a.sock", 1):
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
        with pytest.raises(MeetingError, match="another user"):
            connect(folder / "a.sock")
