"""Where sockets lie: only in folders of one's own, under names that say index and process."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lepasserelle.faces.control.frames import ControlError
from lepasserelle.faces.control.places import check_private, folders, key_of, name_of, places, private_folder


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime folder within a folder for temporary files; both with short paths, as sockets need them."""
    with tempfile.TemporaryDirectory(prefix="lc", dir="/tmp") as temporary:
        folder = Path(temporary) / "r"
        folder.mkdir(mode=0o700)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
        monkeypatch.setattr("tempfile.tempdir", temporary)
        yield folder


def test_the_folder_is_made_private(runtime: Path) -> None:
    """Nobody else may even look into it."""
    folder = private_folder()
    assert folder == runtime / "leindex"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert private_folder() == folder


def test_without_a_runtime_folder_the_one_for_temporary_files_is_used(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the user's number in its name, and private too; a relative or missing variable counts as none."""
    for value in ("", "here"):
        monkeypatch.setenv("XDG_RUNTIME_DIR", value)
        assert private_folder() == runtime.parent / f"leindex-{os.geteuid()}"
        assert private_folder().stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
def test_a_folder_open_to_others_is_not_used(runtime: Path, mode: int) -> None:
    """The next one is, and one that is open to others is not searched either."""
    folder = private_folder()
    (folder / name_of("0" * 16, 1, 0)).touch()
    folder.chmod(mode)
    assert private_folder() == runtime.parent / f"leindex-{os.geteuid()}"
    assert list(places()) == []


def test_a_link_is_not_used(runtime: Path, tmp_path: Path) -> None:
    """It could lead to anybody's folder."""
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (runtime / "leindex").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ControlError, match="no folder"):
        check_private(runtime / "leindex")
    assert private_folder() != runtime / "leindex"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_not_used(runtime: Path) -> None:
    """In a folder for temporary files anybody can make one with our name."""
    private_folder()
    os.chown(runtime / "leindex", 65534, 65534)
    with pytest.raises(ControlError, match="belongs to user 65534"):
        check_private(runtime / "leindex")


def test_no_folder_at_all_is_an_error_that_says_what_to_do(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every problem is named."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime / "missing"))
    monkeypatch.setattr("tempfile.tempdir", str(runtime / "gone"))
    with pytest.raises(ControlError, match=r"missing.*gone.*Set XDG_RUNTIME_DIR"):
        private_folder()


def test_a_path_that_is_too_long_for_a_socket_is_passed_over(runtime: Path) -> None:
    """The system cuts such paths off, or refuses them."""
    assert folders({"XDG_RUNTIME_DIR": "/" + "x" * 90}) == [runtime.parent / f"leindex-{os.geteuid()}"]


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
