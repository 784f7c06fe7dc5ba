"""Atomic replace: all or nothing under the final name, no trace of what failed."""

import errno
from pathlib import Path

import pytest

from lepasserelle.durable.atomic import atomic_file, is_temporary, temporary_name, write_atomically
from lepasserelle.durable.failures import storage_errors
from lepasserelle.durable.quarantine import put_aside
from lepasserelle.durable.steps import observed, step
from lepasserelle.errors import StorageError

STEPS = ["t.opened", "t.written", "t.synced", "t.renamed", "t.durable"]


def test_file_holds_what_was_written_and_nothing_else_lies_beside_it(tmp_path: Path) -> None:
    """A finished write leaves exactly one file."""
    target = tmp_path / "a"
    write_atomically(target, b"one", "t")
    write_atomically(target, b"two", "t")
    assert target.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [target]


def test_steps_come_in_the_order_that_makes_the_write_atomic(tmp_path: Path) -> None:
    """Synced before renamed, durable last."""
    seen: list[str] = []
    with observed(seen.append):
        write_atomically(tmp_path / "a", b"one", "t")
    assert seen == STEPS


@pytest.mark.parametrize("name", STEPS[:3])
def test_failure_before_the_rename_leaves_the_old_file_and_no_temporary_one(tmp_path: Path, name: str) -> None:
    """Whatever step fails, readers keep the old bytes."""
    target = tmp_path / "a"
    write_atomically(target, b"old", "t")

    def fail(step_name: str) -> None:
        if step_name == name:
            raise OSError(errno.ENOSPC, "No space left on device")

    with observed(fail), pytest.raises(StorageError, match="disk or its quota is full"):
        write_atomically(target, b"new", "t")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_exception_of_the_writer_leaves_no_trace(tmp_path: Path) -> None:
    """Also an interrupt from the keyboard cleans up."""

    def interrupted() -> None:
        with atomic_file(tmp_path / "a", "t") as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_temporary_names_differ_and_are_known_as_such(tmp_path: Path) -> None:
    """Two writers of one file never share a temporary file."""
    names = {temporary_name(tmp_path / "a").name for _ in range(100)}
    assert len(names) == 100
    assert all(is_temporary(name) for name in names)
    assert not is_temporary("manifest.json")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "Free some space"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "permission denied"),
        (errno.EFBIG, "ulimit -f"),
        (errno.EMFILE, "ulimit -n"),
        (errno.ENOTDIR, "in the way"),
        (errno.EIO, "input/output error"),
        (errno.EPIPE, "Check the folder"),
    ],
)
def test_every_refusal_says_what_to_do(number: int, words: str) -> None:
    """The message names the action, the path and the next step."""
    with pytest.raises(StorageError, match=words) as caught, storage_errors("write", Path("/some/file")):
        raise OSError(number, "as the system says it")
    assert str(caught.value).startswith("cannot write /some/file: ")


def test_missing_folder_is_a_storage_error(tmp_path: Path) -> None:
    """Nothing but StorageError comes out of a write."""
    with pytest.raises(StorageError):
        write_atomically(tmp_path / "missing" / "a", b"", "t")


def test_observer_is_gone_after_its_block() -> None:
    """A test that failed does not disturb the next one."""
    seen: list[str] = []

    def look_and_fail() -> None:
        with observed(seen.append):
            step("inside")
            raise ValueError

    with pytest.raises(ValueError):
        look_and_fail()
    step("outside")
    assert seen == ["inside"]


def test_quarantine_moves_the_file_and_keeps_both_of_two(tmp_path: Path) -> None:
    """Damaged files of the same name do not overwrite each other."""
    for text in (b"1", b"2"):
        (tmp_path / "a").write_bytes(text)
        moved = put_aside(tmp_path / "a", tmp_path / "q")
        assert moved is not None
        assert moved.read_bytes() == text
    assert len(list((tmp_path / "q").iterdir())) == 2
    assert not (tmp_path / "a").exists()


def test_quarantine_of_a_missing_file_is_no_error(tmp_path: Path) -> None:
    """A file that is gone needs no quarantine."""
    assert put_aside(tmp_path / "a", tmp_path / "q") is None
