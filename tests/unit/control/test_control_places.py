"""The names of sockets say index and process."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lepasserelle.faces.control.places import key_of, name_of, places
from lepasserelle.meeting.places import LONGEST_NAME, private_folder


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime folder within a folder for temporary files; both with short paths, as sockets need them."""
    with tempfile.TemporaryDirectory(prefix="lc", dir="/tmp") as temporary:
        folder = Path(temporary) / "r"
        folder.mkdir(mode=0o700)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
        monkeypatch.setattr("tempfile.tempdir", temporary)
        yield folder


def test_a_folder_open_to_others_is_not_searched(runtime: Path) -> None:
    """What lies there could be anybody's."""
    folder = private_folder()
    (folder / name_of("0" * 16, 1, 0)).touch()
    assert len(list(places())) == 1
    folder.chmod(0o755)
    assert list(places()) == []


def test_no_name_is_longer_than_a_socket_may_be(runtime: Path) -> None:
    """The largest process number of Linux, and many sockets in it."""
    assert len(name_of("0" * 16, 2**22, 999) + ".new") == LONGEST_NAME


def test_places_are_found_by_index_and_ordered_by_process(runtime: Path) -> None:
    """Other names in the folder are passed over."""
    folder = private_folder()
    mine, other = key_of(Path("/a"), Path("/a/.leindex")), key_of(Path("/a"), Path("/elsewhere"))
    assert mine != other
    for name in (name_of(mine, 20, 0), name_of(mine, 3, 1), name_of(mine, 3, 0), name_of(other, 1, 0)):
        (folder / name).touch()
    for name in ("readme", f"{mine}-x-0.sock", f"{mine}-1.sock", name_of(mine, 4, 0) + ".new", f"{mine}-٣-0.sock"):
        (folder / name).touch()
    assert [(place.pid, place.serial) for place in places(mine)] == [(3, 0), (3, 1), (20, 0)]
    assert len(list(places())) == 4
