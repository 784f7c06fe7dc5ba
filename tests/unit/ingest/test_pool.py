"""The parse children: every file is answered once, whatever the children do."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lepasserelle.config import Settings
from lepasserelle.errors import WorkerError
from lepasserelle.files import FileEntry
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.messages import Parsed, Ready, Start, Unread
from lepasserelle.ingest.pool import BATCH_FILES, ByteQueue, ParsePool, worker_count

COMMAND = [sys.executable, "-P", str(Path(__file__).with_name("misbehaving_child.py"))]


class Nursery:
    """Starts children and remembers them."""

    def __init__(self) -> None:
        self.children: list[Child] = []

    def __call__(self) -> Child:
        """Start one more."""
        self.children.append(Child(COMMAND))
        return self.children[-1]

    def running(self) -> list[int]:
        """Process ids of children that still exist."""
        return [child.pid for child in self.children if Path(f"/proc/{child.pid}").exists()]


@contextmanager
def pool(workers: int = 2, limit_s: float = 30.0, project: str = "/project") -> Iterator[tuple[ParsePool, Nursery]]:
    """A pool of misbehaving children; none is left afterwards."""
    nursery = Nursery()
    with ParsePool(nursery, Start(project, "/index", Settings(), parses=True), workers, limit_s) as made:
        yield made, nursery
    assert nursery.running() == []


def entries(*names: str) -> list[FileEntry]:
    """Walked files of these names."""
    return [FileEntry(name, 10, 1, "text") for name in names]


def outcomes(replies: Iterator[Parsed | Unread]) -> dict[str, str]:
    """Path to `parsed`, or to the reason why not; no path twice."""
    found: dict[str, str] = {}
    for reply in replies:
        assert reply.path not in found
        found[reply.path] = reply.reason if isinstance(reply, Unread) else "parsed"
    return found


def test_every_file_is_answered_once() -> None:
    """Many files over two children: all answered, children gone, none died."""
    names = [f"file{number}" for number in range(5 * BATCH_FILES)] + ["skip1", "stray"]
    with pool() as (made, nursery):
        found = outcomes(made.run(entries(*names)))
    assert set(found) == set(names)
    assert found.pop("skip1") == "because of its name"
    assert set(found.values()) == {"parsed"}
    assert len(nursery.children) == 2
    assert made.deaths == 0


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
def test_a_file_that_kills_its_parser_is_left_out_alone(number: int) -> None:
    """It is tried twice, the second time by itself; every other file is parsed."""
    names = [f"file{at}" for at in range(20)]
    with pool() as (made, _):
        found = outcomes(made.run(entries(*names, f"crash-{int(number)}")))
    assert found.pop(f"crash-{int(number)}") == f"parser died (signal {int(number)})"
    assert found == dict.fromkeys(names, "parsed")
    assert made.deaths == 2


def test_a_file_that_was_only_beside_the_reason_is_parsed_alone() -> None:
    """What dies in a crowd may live alone: memory ran out because of another."""
    with pool(workers=1) as (made, _):
        found = outcomes(made.run(entries("file1", "crash-once-9", "file2")))
    assert found == {"file1": "parsed", "crash-once-9": "parsed", "file2": "parsed"}


def test_several_poisoned_files_cost_themselves_only() -> None:
    """Each of them is found, in whatever order they come."""
    bad = [f"crash-11-{number}" for number in range(4)]
    good = [f"file{number}" for number in range(40)]
    with pool() as (made, _):
        found = outcomes(made.run(entries(*bad, *good)))
    assert {name for name, outcome in found.items() if outcome == "parsed"} == set(good)
    assert set(found) == {*bad, *good}


def test_a_child_that_leaves_says_its_last_words() -> None:
    """The reason holds the exit status and the last line of standard error."""
    with pool(workers=1) as (made, _):
        found = outcomes(made.run(entries("exit", "file")))
    assert found == {"exit": "parser died (exit status 3: Traceback: the parser gave up)", "file": "parsed"}


def test_a_file_that_takes_too_long_is_given_up() -> None:
    """The child is killed after the limit, the file tried once more, then left out; its neighbours are parsed."""
    with pool(workers=1, limit_s=0.5) as (made, _):
        found = outcomes(made.run(entries("file1", "hang", "file2")))
    assert found == {"file1": "parsed", "hang": "parser took longer than 0.5 s", "file2": "parsed"}


def test_noise_in_the_pipe_is_a_death() -> None:
    """A child that does not speak the protocol is replaced, and its file left out."""
    with pool(workers=1) as (made, _):
        found = outcomes(made.run(entries("noise", "file")))
    assert found["file"] == "parsed"
    assert found["noise"].startswith("parser died")


def test_a_child_that_cannot_start_is_an_error_at_once() -> None:
    """A broken installation is not the fault of any file; the message has the child's last words."""
    with pytest.raises(WorkerError, match="this child cannot start"), pool(project="/no-start") as (made, _):
        list(made.run(entries("file")))


def test_a_command_that_does_not_exist_is_an_error() -> None:
    """The system's refusal becomes a `WorkerError`."""
    with pytest.raises(WorkerError, match="could not be started"):
        Child(["/nowhere/python"])


def test_results_wait_in_bounded_memory() -> None:
    """While nobody takes results, children stop at the queue's bound instead of filling memory."""
    names = [f"big{number}" for number in range(30)]
    with pool(workers=2) as (made, nursery):
        results = made.run(entries(*names))
        next(results)
        time.sleep(1.0)
        held = made._queue._bytes
        assert 0 < held <= 9 << 20
        assert len(list(results)) == len(names) - 1
        assert len(nursery.children) == 2


def test_leaving_early_leaves_no_child() -> None:
    """An error or an interrupt in the middle ends every child, also one that hangs."""

    def interrupted() -> None:
        with pool() as (made, nursery):
            next(made.run(entries("file1", "hang", "file2", "big1")))
            assert nursery.running()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()


def test_no_descriptor_is_left_open() -> None:
    """After several runs with deaths the process has no more descriptors than before."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        with pool() as (made, _):
            list(made.run(entries("file", "crash-11", "skip")))
    assert len(list(Path("/proc/self/fd").iterdir())) <= before


def test_a_pool_can_run_again() -> None:
    """A second run, for files that changed while they were read, starts fresh children."""
    with pool(workers=1) as (made, nursery):
        assert outcomes(made.run(entries("file1"))) == {"file1": "parsed"}
        assert outcomes(made.run(entries("file2"))) == {"file2": "parsed"}
        assert len(nursery.children) == 2
        assert outcomes(made.run([])) == {}


@pytest.mark.parametrize(
    ("setting", "cores", "files", "size", "expected"),
    [
        (None, 2, 900, 9_000, 2),
        (None, 64, 900, 9_000, 8),
        (5, 2, 900, 9_000, 5),
        (None, 2, 1, 100, 1),
        (4, 4, 20, 100, 2),
        (4, 4, 0, 0, 1),
    ],
)
def test_children_are_started_for_the_work_there_is(setting: int | None, cores: int, files: int, size: int, expected: int) -> None:
    """One edited file does not start eight interpreters."""
    assert worker_count(setting, cores, [FileEntry(f"f{number}", size, 1, "text") for number in range(files)]) == expected


def waits(action: Callable[[], object]) -> bool:
    """Whether the action does not return within a short while."""
    thread = threading.Thread(target=action, daemon=True)
    thread.start()
    thread.join(0.2)
    return thread.is_alive()


def test_a_full_queue_lets_one_wait_and_a_closed_one_nobody() -> None:
    """One item fits whatever its size; the next waits until it is taken or the queue is closed."""
    queue = ByteQueue(10)
    large = Unread("x", "y")
    queue.put(0, large)
    queue._bytes = 10
    parsed = next(reply for reply in [_parsed_of(4)])
    assert waits(lambda: queue.put(1, parsed))
    queue.close()
    assert not waits(lambda: queue.put(1, parsed))
    assert queue.get(0.01) is None
    assert not waits(lambda: queue.put(2, Ready()))


def _parsed_of(size: int) -> Parsed:
    from lepasserelle.storage import ContentKey, ParsedFile

    key = ContentKey(b"k" * 16, "text")
    return Parsed("p", size, 1, key, 1, 0, ParsedFile(key, bytes(size), b"", b"", 1, 0))
