"""Locks: exclusive, shared, across threads, processes and forks; and the slots that stand for them on Windows."""

import os
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import pytest

from lepasserelle.durable.lock import SLOTS, owner, take_slots, try_lock, wait_for_lock
from lepasserelle.errors import LockedError, StorageError

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="forks and flock")
HOLD = "import sys; from pathlib import Path; from lepasserelle.durable.lock import wait_for_lock; \
lock = wait_for_lock(Path(sys.argv[1]), 0, 'holds it'); print('held', flush=True); sys.stdin.read()"


def test_second_lock_of_the_same_process_is_refused(tmp_path: Path) -> None:
    """Two threads of one process are two lockers."""
    path = tmp_path / "l"
    with wait_for_lock(path, 0, "is writing"):
        assert try_lock(path) is None
        with pytest.raises(LockedError, match="this process, in another thread, is writing"):
            wait_for_lock(path, 0, "is writing")
    again = try_lock(path)
    assert again is not None
    again.release()
    again.release()


def test_lock_of_another_process_is_named_by_its_pid_and_dies_with_it(tmp_path: Path) -> None:
    """A kill -9 of the holder frees the lock."""
    path = tmp_path / "l"
    child = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with child:
        assert child.stdout is not None
        child.stdout.readline()
        assert owner(path) == child.pid
        with pytest.raises(LockedError, match=f"process {child.pid} is writing"):
            wait_for_lock(path, 30, "is writing")
        child.kill()
        child.wait()
        wait_for_lock(path, 5000, "is writing").release()


def test_waiting_ends_when_the_holder_releases(tmp_path: Path) -> None:
    """The second writer gets its turn."""
    path = tmp_path / "l"
    first = wait_for_lock(path, 0, "writes")
    timer = threading.Timer(0.05, first.release)
    timer.start()
    with wait_for_lock(path, 10_000, "writes") as second:
        assert second.is_held
    timer.join()


def test_shared_locks_go_together_and_keep_an_exclusive_one_out(tmp_path: Path) -> None:
    """Many readers, or one collector."""
    path = tmp_path / "l"
    one, two = try_lock(path, shared=True), try_lock(path, shared=True)
    assert one is not None
    assert two is not None
    one.release()
    assert try_lock(path) is None
    two.release()
    with wait_for_lock(path, 0, ""):
        assert try_lock(path, shared=True) is None


def test_missing_file_is_made_only_when_asked(tmp_path: Path) -> None:
    """A reader sees that a pin is gone."""
    with pytest.raises(FileNotFoundError):
        try_lock(tmp_path / "l", shared=True, create=False)
    with pytest.raises(StorageError, match="folder is missing"):
        try_lock(tmp_path / "no" / "l")


@posix_only
def test_lock_on_an_unlinked_file_is_seen_to_protect_nothing(tmp_path: Path) -> None:
    """Whoever locks a file that a collector removed has to start again."""
    path = tmp_path / "l"
    lock = try_lock(path)
    assert lock is not None
    assert lock.is_linked
    path.unlink()
    assert not lock.is_linked
    path.touch()
    assert not lock.is_linked
    lock.release()


@posix_only
def test_forked_child_holds_shared_locks_only(tmp_path: Path) -> None:
    """A child must not keep the index locked when its parent dies, but shares the parent's pins."""
    writer, reader = try_lock(tmp_path / "w"), try_lock(tmp_path / "r", shared=True)
    assert writer is not None
    assert reader is not None
    ready, go = os.pipe(), os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os.write(ready[1], b"1" if not writer.is_held and reader.is_held else b"0")
        os.read(go[0], 1)
        os._exit(0)
    assert os.read(ready[0], 1) == b"1"
    writer.release()
    reader.release()
    again = try_lock(tmp_path / "w")
    assert again is not None, "the child still holds the writer's lock"
    assert try_lock(tmp_path / "r") is None, "the child's pin is gone"
    again.release()
    os.write(go[1], b"1")
    os.waitpid(child, 0)
    for descriptor in (*ready, *go):
        os.close(descriptor)


class _Ranges:
    """Byte-range locks of several holders on one file, as `msvcrt.locking` has them."""

    def __init__(self) -> None:
        self.taken: dict[int, str] = {}

    def locking(self, holder: str):
        def take(offset: int, byte_count: int) -> bool:
            wanted = range(offset, offset + byte_count)
            if any(byte in self.taken for byte in wanted):
                return False
            self.taken.update(dict.fromkeys(wanted, holder))
            return True

        return take


def test_slots_let_many_readers_or_one_writer_in() -> None:
    """Where the system has no shared locks, a reader takes one slot and a writer all."""
    ranges = _Ranges()
    assert all(take_slots(ranges.locking(f"r{number}"), shared=True) for number in range(SLOTS))
    assert not take_slots(ranges.locking("one too many"), shared=True)
    assert not take_slots(ranges.locking("w"), shared=False)
    ranges = _Ranges()
    assert take_slots(ranges.locking("w"), shared=False)
    assert not take_slots(ranges.locking("r"), shared=True)
