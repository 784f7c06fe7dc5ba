"""Which clients share a server, and what is left of servers that are no more."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import lepasserelle
from lepasserelle.durable.lock import try_lock
from lepasserelle.faces.mcp.rendezvous import Rendezvous, rendezvous, sweep
from lepasserelle.meeting.places import LONGEST_NAME
from lepasserelle.meeting.sockets import listen


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime folder of this test's own, with a short path, as sockets need it."""
    with tempfile.TemporaryDirectory(prefix="lz", dir="/tmp") as temporary:
        monkeypatch.setenv("XDG_RUNTIME_DIR", temporary)
        yield Path(temporary)


def test_whoever_would_be_answered_alike_meets_at_one_place(runtime: Path, tmp_path: Path) -> None:
    """However the project and its index are written."""
    (tmp_path / "link").symlink_to(tmp_path)
    names = {
        rendezvous(tmp_path, None, {}),
        rendezvous(tmp_path / "link", None, {"PATH": "/elsewhere"}),
        rendezvous(tmp_path, ".leindex", {}),
        rendezvous(tmp_path, str(tmp_path / ".leindex"), {}),
    }
    assert len(names) == 1
    assert len(names.pop().socket.name) + len(".new") <= LONGEST_NAME


def test_whoever_would_be_answered_otherwise_does_not(runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another project, index, setting, or package."""
    names = [
        rendezvous(tmp_path, None, {}),
        rendezvous(tmp_path.parent, None, {}),
        rendezvous(tmp_path, "other", {}),
        rendezvous(tmp_path, None, {"LEINDEX_WORKERS": "1"}),
        rendezvous(tmp_path, None, {"LEINDEX_WORKERS": "2"}),
    ]
    (tmp_path / ".leindex.toml").write_text("workers = 1\n")
    names.append(rendezvous(tmp_path, None, {}))
    (tmp_path / ".leindex.toml").write_text("workers = 2\n")
    names.append(rendezvous(tmp_path, None, {}))
    (tmp_path / "__init__.py").touch()
    monkeypatch.setattr(lepasserelle, "__file__", str(tmp_path / "__init__.py"))
    names.append(rendezvous(tmp_path, None, {}))
    assert len(set(names)) == len(names)


def test_names_of_the_dead_are_swept_and_those_of_the_living_stay(runtime: Path, tmp_path: Path) -> None:
    """Who holds its lock lives; what is no lock of a server is none of our business."""
    mine, dead, living = (rendezvous(tmp_path, name, {}) for name in ("mine", "dead", "living"))
    with listen(living.socket, 1), listen(mine.socket, 1):
        dead.lock.touch()
        dead.socket.touch()
        dead.socket.with_name(dead.socket.name + ".new").touch()
        (mine.lock.parent / "0123456789abcdef-1-0.sock").touch()
        with try_lock(living.lock) or pytest.fail("locked"), try_lock(mine.lock) or pytest.fail("locked"):
            sweep(mine)
        left = {path.name for path in mine.lock.parent.iterdir()}
    assert left == {*names(mine), *names(living), "0123456789abcdef-1-0.sock"}


def names(place: Rendezvous) -> set[str]:
    """Its two names."""
    return {place.socket.name, place.lock.name}
