"""Where processes meet: only in folders of one's own."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lepasserelle.errors import MeetingError
from lepasserelle.meeting.places import LONGEST_NAME, check_private, folders, key, private_folder


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
    """The next one is."""
    private_folder().chmod(mode)
    assert private_folder() == runtime.parent / f"leindex-{os.geteuid()}"


def test_a_link_is_not_used(runtime: Path) -> None:
    """It could lead to anybody's folder."""
    (runtime.parent / "elsewhere").mkdir(mode=0o700)
    (runtime / "leindex").symlink_to(runtime.parent / "elsewhere")
    with pytest.raises(MeetingError, match="no folder"):
        check_private(runtime / "leindex")
    assert private_folder() != runtime / "leindex"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_not_used(runtime: Path) -> None:
    """In a folder for temporary files anybody can make one with our name."""
    private_folder()
    os.chown(runtime / "leindex", 65534, 65534)
    with pytest.raises(MeetingError, match="belongs to user 65534"):
        check_private(runtime / "leindex")


def test_no_folder_at_all_is_an_error_that_says_what_to_do(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every problem is named."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime / "missing"))
    monkeypatch.setattr("tempfile.tempdir", str(runtime / "gone"))
    with pytest.raises(MeetingError, match=r"missing.*gone.*Set XDG_RUNTIME_DIR"):
        private_folder()


def test_a_path_that_is_too_long_for_a_socket_is_passed_over(runtime: Path) -> None:
    """The system cuts such paths off, or refuses them."""
    assert folders({"XDG_RUNTIME_DIR": "/" + "x" * 90}) == [runtime.parent / f"leindex-{os.geteuid()}"]


def test_a_key_stands_for_its_parts_in_their_order() -> None:
    """It is short enough for a socket's name, and what is cut elsewhere is something else."""
    assert len(key(b"project", b"index")) == 16 < LONGEST_NAME
    assert len({key(b"ab", b"c"), key(b"a", b"bc"), key(b"c", b"ab"), key(b"ab"), key(b"ab", b"")}) == 5
