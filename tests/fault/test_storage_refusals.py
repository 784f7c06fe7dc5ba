"""A full disk, a size limit, a read-only medium, no permission: each a StorageError with what to do, and nothing is lost."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from storage_run import Texts, in_child, read, read_truth, run

from lepasserelle.errors import StorageError
from lepasserelle.storage import Index, Lestockage, write_segment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks, limits and mounts")

OLD: Texts = {"a.py": b"one", "b.py": b"two" * 400}
LARGE: Texts = {f"{number}.py": os.urandom(30_000) for number in range(60)}
ANSWER = [text for _, text in sorted(OLD.items())]
ROOT = os.name == "posix" and os.geteuid() == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of generation 1."""
    run(tmp_path / "i", OLD)
    return tmp_path / "i"


@pytest.mark.parametrize("limit_bytes", [0, 100, 5_000, 40_000, 400_000, 1_500_000])
def test_file_size_limit_at_any_size_is_told_and_loses_nothing(folder: Path, limit_bytes: int) -> None:
    """The limit strikes in the lock, the log, the database, a segment or the manifest."""

    def limited() -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))
        return run(folder, LARGE)

    status, answer = in_child(limited)
    assert status == 0
    assert answer.startswith("StorageError: cannot "), answer
    assert "ulimit -f" in answer or "disk" in answer, answer
    assert read(folder) == (1, ANSWER)
    assert read_truth(folder)[1] in (OLD, LARGE)
    generation = run(folder, LARGE)
    assert read(folder) == (generation, [text for _, text in sorted(LARGE.items())])


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        not ROOT
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=False, capture_output=True).returncode
    ):
        pytest.skip("cannot mount a small disk here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


@pytest.mark.parametrize("spare_bytes", [0, 4096, 100_000, 600_000])
def test_full_disk_is_told_and_loses_nothing(small_disk: Path, spare_bytes: int) -> None:
    """Whether it is full from the start or fills up on the way; when there is room again, the next run works."""
    folder = small_disk / "i"
    run(folder, OLD)
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"\0" * (shutil.disk_usage(small_disk).free - spare_bytes))
    with pytest.raises(StorageError, match=r"full|input/output|opened"):
        run(folder, LARGE)
    assert read(folder) == (1, ANSWER)
    ballast.unlink()
    generation = run(folder, OLD)
    assert read(folder) == (generation, ANSWER)
    assert read_truth(folder) == (generation, OLD)


def test_read_only_medium_is_read_and_not_written(small_disk: Path) -> None:
    """Searching works, indexing says where else the index could be."""
    folder = small_disk / "i"
    run(folder, OLD)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    assert read(folder) == (1, ANSWER)
    with Index.open(folder).pin() as snapshot:
        assert snapshot.is_pinned
    with pytest.raises(StorageError, match=r"read-only.*index_dir"):
        run(folder, LARGE)
    with pytest.raises(StorageError, match="read-only"):
        write_segment(folder, 2, "graph", {})
    with pytest.raises(StorageError, match=r"index_dir"):
        Lestockage.open(folder)
    with pytest.raises(StorageError, match="read-only"), Index.open(small_disk / "new").writer_lock():
        pass
    assert not Index.open(folder).quarantine(folder / "manifest.json")
    assert read(folder) == (1, ANSWER)


@pytest.mark.skipif(not ROOT, reason="becomes another user")
def test_folder_of_another_user_is_not_written(folder: Path, tmp_path: Path) -> None:
    """Permission denied, by name, and nothing changed or put aside."""
    for place in (tmp_path, *tmp_path.parents):
        if place.stat().st_mode & 0o005 != 0o005:  # pytest closes its folders to others, in worker processes too
            place.chmod(0o755)

    def as_nobody() -> str:
        os.setuid(65534)
        answers = [str(read(folder)[0])]
        for work in (lambda: run(folder, LARGE), lambda: Lestockage.open(folder).stage([])):
            try:
                work()
            except StorageError as error:
                answers.append(str(error))
        return "|".join(answers)

    status, answer = in_child(as_nobody)
    assert status == 0
    generation, locked, database = answer.split("|")
    assert generation == "1"
    assert "permission denied" in locked
    assert "write access" in database
    assert read(folder) == (1, ANSWER)
    assert read_truth(folder) == (1, OLD)


def test_no_descriptor_left_is_told(folder: Path) -> None:
    """A process at its limit of open files gets the reason, not a traceback from the depths."""

    def starved() -> str:
        lowest = os.open(os.devnull, os.O_RDONLY)
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest + 1, lowest + 1))
        return str(read(folder))

    status, answer = in_child(starved)
    assert status == 0
    assert answer.startswith("StorageError"), answer
    assert "ulimit -n" in answer
