"""Children that begin as forks of one that has imported what they need: they work, end and die as others do, and nobody stays."""

import asyncio
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.config import Settings
from lepasserelle.errors import BudgetExceededError
from lepasserelle.files import FileEntry
from lepasserelle.ingest import Ingest, keeping, nursery
from lepasserelle.ingest import forking as forks
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.forking import Load, load, unload
from lepasserelle.ingest.messages import Parsed, ParseJob, Ready, Start
from lepasserelle.ingest.nursery import ForkedChild, Nursery
from lepasserelle.ingest.reserving import Claim
from lepasserelle.interpreter import worker_command
from lepasserelle.parse.grammar import grammar
from lepasserelle.storage import Index

pytestmark = pytest.mark.skipif(not nursery.can_fork(), reason="children begin as forks on Linux")

POISON = """
import os, signal, sys
from lepasserelle.ingest import reading, worker
real = reading.parse
def parse(data, language):
    if b"poison" in data:
        {action}
    return real(data, language)
reading.parse = parse
worker.main()
"""
"""A server whose forks do something else with a file that holds the word."""

ORPHANS = """
import sys, time
from lepasserelle.ingest.nursery import Nursery
with Nursery() as nursery:
    assert nursery.begin()
    print(nursery._server.pid, nursery.parser().pid, nursery.builder().pid, flush=True)
    {retires}
    sys.stdin.read()
"""


@contextmanager
def begun() -> Iterator[Nursery]:
    """With a server."""
    with Nursery() as made:
        assert made.begin()
        yield made


def status_of(pid: int) -> list[str]:
    """Fields of `/proc/PID/stat` from the state on; none when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return []


def has_gone(pid: int) -> bool:
    """Whether it ends; waits for it a minute."""
    deadline_s = time.monotonic() + 60
    while status_of(pid)[:1] not in ([], ["Z"]) and time.monotonic() < deadline_s:
        time.sleep(0.01)
    return status_of(pid)[:1] in ([], ["Z"])


def parse_with(child: Child, project: Path, name: str) -> Parsed:
    """Have it parse one file."""
    path = project / name
    status = path.stat()
    assert child.send(Start(str(project), "/index", Settings(), parses=True))
    assert child.send(ParseJob([FileEntry(name, status.st_size, status.st_mtime_ns, "python")]))
    assert isinstance(child.receive(), Ready)
    reply = child.receive()
    assert isinstance(reply, Parsed)
    return reply


def test_a_fork_parses_as_a_child_of_its_own_does_and_leaves_at_the_end_of_input(tmp_path: Path) -> None:
    """Its parent is the server, which is this process's; its last status comes through it."""
    (tmp_path / "one.py").write_text("def one():\n    return two()\n")
    with begun() as made, made.parser() as child, Child() as other:
        assert isinstance(child, ForkedChild)
        assert parse_with(child, tmp_path, "one.py") == parse_with(other, tmp_path, "one.py")
        assert int(status_of(child.pid)[1]) != os.getpid()
        assert int(status_of(int(status_of(child.pid)[1]))[1]) == os.getpid()
        child.end_input()
        assert child.receive() is None
        assert child.how_it_ended() == "exit status 0"


def test_a_fork_finds_compiled_what_is_expected_and_parses_the_same(tmp_path: Path) -> None:
    """Also where the expected are languages without a grammar, which are no reason for the server to die."""
    (tmp_path / "one.py").write_text("class One:\n    def two(self):\n        return three(self)\n")
    with begun() as made, Child() as other:
        made.expect([*["python"] * 100, *["markdown"] * 100, *[""] * 100])
        with made.parser() as child, made.builder(), made.parser() as later:
            assert isinstance(child, ForkedChild)
            assert isinstance(later, ForkedChild)
            expected = parse_with(other, tmp_path, "one.py")
            assert parse_with(child, tmp_path, "one.py") == parse_with(later, tmp_path, "one.py") == expected


def test_only_languages_that_every_child_will_meet_are_compiled_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few files go to one child, which compiles for them itself."""
    made, sent = Nursery(), []
    monkeypatch.setattr(made, "send", sent.append)
    made.expect(["go"] * 3)
    assert sent == []
    made.expect([*["go"] * 3, *["python"] * 500, *["c"] * 200])
    assert sent == [Load(("python", "c"))]


def test_what_is_loaded_is_compiled_once_and_forgotten_before_the_first_builder() -> None:
    """It would stand in the memory of everyone that builds."""
    grammar.cache_clear()
    load(("python", "markdown"))
    assert grammar.cache_info().currsize == 1
    unload()
    assert grammar.cache_info().currsize == 0


def test_a_fork_sees_the_end_of_its_input_while_others_go_on() -> None:
    """Nobody but this process holds the other ends of its pipes: not the server, nor a fork that came later."""
    with begun() as made:
        children = [made.parser(), made.builder(), made.parser()]
        assert all(child.pid for child in children)
        for child in children:
            child.end_input()
            assert child.receive() is None
            assert child.how_it_ended() == "exit status 0"


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL])
def test_a_fork_that_dies_by_signal_is_told_by_it(number: int) -> None:
    """The others do not notice."""
    with begun() as made, made.parser() as other:
        child = made.parser()
        os.kill(child.pid, number)
        assert child.receive() is None
        assert child.how_it_ended() == f"signal {int(number)}"
        assert status_of(other.pid)[:1] not in ([], ["Z"])


def test_a_fork_that_raises_says_what() -> None:
    """As an interpreter does at the end of a program: status 1, and the error last."""
    with begun() as made:
        child = made.parser()
        child.send(ParseJob([]))  # out of turn
        assert child.receive() is None
        assert child.how_it_ended() == "exit status 1: AssertionError"
        with made.parser() as next_one:
            assert next_one.pid


def test_a_fork_is_held_to_its_share_and_the_server_is_not() -> None:
    """What it may take is set for it alone, and before its first job."""
    import resource

    with begun() as made, made.parser() as child, made.parser() as other:
        child.hold_to(200_000_000)
        other.kill()  # an answer to this one says that the limit before it is set
        assert other.how_it_ended() == "signal 9"
        limit, _ = resource.prlimit(child.pid, resource.RLIMIT_DATA)
        assert limit == 240_000_000
        server = int(status_of(child.pid)[1])
        assert resource.prlimit(server, resource.RLIMIT_DATA) == resource.getrlimit(resource.RLIMIT_DATA)


def test_without_its_server_a_fork_ends_and_the_next_child_is_none() -> None:
    """Nothing is lost but time: who asks gets a child that imports for itself."""
    with begun() as made:
        child = made.parser()
        os.kill(int(status_of(child.pid)[1]), signal.SIGKILL)
        assert child.receive() is None
        assert child.how_it_ended() == "signal 9"
        with made.parser() as plain:
            assert not isinstance(plain, ForkedChild)
            plain.end_input()
            assert plain.how_it_ended() == "exit status 0"
        assert has_gone(child.pid)


def test_a_server_that_cannot_start_costs_nothing_but_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that was asked for in the meantime says that it ended, and those after it are plain ones."""
    monkeypatch.setattr(nursery, "worker_command", lambda: [sys.executable, "-c", "raise SystemExit(3)"])
    with begun() as made:
        child = made.parser()
        assert child.receive() is None
        child.close()
        with made.parser() as plain:
            assert not isinstance(plain, ForkedChild)
            assert plain.pid


def test_whoever_leaves_the_block_leaves_nobody() -> None:
    """Forks that were never told to end are ended."""
    with begun() as made:
        children = [made.parser(), made.builder()]
        pids = [child.pid for child in children]
        pids.append(int(status_of(pids[0])[1]))
    assert all(map(has_gone, pids))
    for child in children:
        child.close()
        assert child.how_it_ended() == "signal 9"


@pytest.mark.parametrize("retires", ["", "nursery.retire()"])
def test_nobody_outlives_a_parent_that_is_killed(retires: str) -> None:
    """By a signal that nobody can catch."""
    run = subprocess.Popen(
        [sys.executable, "-c", ORPHANS.format(retires=retires)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    assert run.stdin is not None
    pids = list(map(int, run.stdout.readline().split()))
    assert len(pids) == 3
    run.kill()
    run.wait()
    run.stdout.close()
    run.stdin.close()
    assert all(map(has_gone, pids))


def test_ctrl_c_at_a_terminal_does_not_reach_them() -> None:
    """It goes to all processes of the group; who ends them is the parent."""
    with begun() as made, made.parser() as child:
        server = int(status_of(child.pid)[1])
        os.kill(server, signal.SIGINT)
        os.kill(child.pid, signal.SIGINT)
        with made.parser() as next_one:
            assert next_one.pid
        assert status_of(child.pid)[:1] not in ([], ["Z"])


def anonymous_bytes(pid: int) -> int:
    """What a process has written to, and whoever shares it."""
    rows = (line.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return next(int(row[1]) * 1024 for row in rows if row[0] == "RssAnon:")


def retired(made: Nursery, pid: int) -> None:
    """Have it retire, and wait until it has become what it becomes."""
    made.retire()
    deadline_s = time.monotonic() + 60
    while b"keeping.py" not in Path(f"/proc/{pid}/cmdline").read_bytes() and time.monotonic() < deadline_s:
        time.sleep(0.01)


def test_when_no_more_forks_are_wanted_the_server_holds_next_to_nothing(tmp_path: Path) -> None:
    """It stands beside the height of a run. Its forks go on, and how each ends is told as before."""
    (tmp_path / "one.py").write_text("def one():\n    return two()\n")
    with begun() as made, Child() as other:
        first, second, third = made.parser(), made.builder(), made.parser()
        server = int(status_of(first.pid)[1])
        os.kill(third.pid, signal.SIGSEGV)
        before_bytes = anonymous_bytes(server)
        retired(made, server)
        assert int(status_of(first.pid)[1]) == server
        assert parse_with(first, tmp_path, "one.py") == parse_with(other, tmp_path, "one.py")
        assert anonymous_bytes(server) < before_bytes / 2
        assert third.how_it_ended() == "signal 11"
        first.end_input()
        assert first.how_it_ended() == "exit status 0"
        second.kill()
        assert second.how_it_ended() == "signal 9"
        with made.parser() as plain:
            assert not isinstance(plain, ForkedChild)
            assert parse_with(plain, tmp_path, "one.py").definition_count


def test_whoever_leaves_the_block_leaves_nobody_of_a_retired_server() -> None:
    """It ends those that were never told to, and then itself; an interrupt at a terminal does not reach it before."""
    with begun() as made:
        children = [made.parser(), made.builder()]
        pids = [child.pid for child in children]
        pids.append(int(status_of(pids[0])[1]))
        retired(made, pids[-1])
        os.kill(pids[-1], signal.SIGINT)
        time.sleep(0.05)
        assert status_of(pids[0])[:1] not in ([], ["Z"])
    assert all(map(has_gone, pids))
    for child in children:
        child.close()
        assert child.how_it_ended() == "signal 9"


@pytest.mark.parametrize("is_refused", [False, True])
def test_a_server_that_cannot_retire_stays_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_refused: bool) -> None:
    """Where this package lies in an archive, no other program is tried; where the system refuses one, the server goes on."""
    tried: list[list[str]] = []

    def refused(_path: str, words: list[str]) -> None:
        tried.append(words)
        raise OSError(errno.ENOMEM, "no memory")

    monkeypatch.setattr(os, "execv", refused)
    if not is_refused:
        monkeypatch.setattr(keeping, "__file__", str(tmp_path / "archive.zip" / "keeping.py"))
    ours, theirs = socket.socketpair()
    with ours, theirs:
        held = forks._Server.__new__(forks._Server)
        held._control, held._alive = theirs, set()
        held._retire()
        assert bool(tried) is is_refused
        assert theirs.send(b"here") == 4
        assert ours.recv(4) == b"here"


@given(st.integers(min_value=1, max_value=2**32 - 1), st.integers(min_value=-64, max_value=255))
def test_messages_that_are_written_out_are_those_of_the_protocol(pid: int, status: int) -> None:
    """The retired server has no codec."""
    assert forks.decode_notice(keeping.ended(pid, status)) == forks.Ended(pid, status)
    assert keeping.killed(forks.encode(forks.Kill(pid))) == pid
    assert keeping.killed(forks.encode(forks.Limit(pid, 1, 2))) == keeping.killed(forks.encode(forks.Retire())) == 0


def refuse(asked_bytes: int, tag: str, **_: object) -> Claim:
    """No memory."""
    raise BudgetExceededError(tag, asked_bytes, 1, "limit", {})


def test_where_memory_is_short_there_is_no_server() -> None:
    """What it holds would be taken from those that work."""
    for made in (Nursery(reserve=refuse), Nursery(most_bytes=300_000_000), Nursery(plain=lambda: Child())):  # type: ignore[arg-type]
        with made:
            assert not made.begin()
            with made.parser() as child:
                assert not isinstance(child, ForkedChild)
    with Nursery(most_bytes=2_000_000_000) as made:
        assert made.begin()


@pytest.fixture
def forking(monkeypatch: pytest.MonkeyPatch) -> list[Child]:
    """Those that are made by forks."""
    found: list[Child] = []

    class Remembering(ForkedChild):
        def __init__(self, *values: object) -> None:
            super().__init__(*values)  # type: ignore[arg-type]
            found.append(self)

    monkeypatch.setattr(nursery, "ForkedChild", Remembering)
    return found


def test_an_index_made_by_forks_is_that_of_other_children(
    tmp_path: Path, forking: list[Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Byte for byte, in every segment. Who forks is told when the last has begun."""
    retirements, real = [], Nursery.retire
    monkeypatch.setattr(Nursery, "retire", lambda one: retirements.append(real(one)))
    project = tmp_path / "asyncio"
    copytree(Path(asyncio.__file__).parent, project, ignore=lambda _, names: [name for name in names if not name.endswith(".py")])
    made = []
    for number, spawn in enumerate((Child, lambda: Child())):
        folder = tmp_path / f"index-{number}"
        Ingest(project, Settings(index_dir=str(folder)), spawn).index()
        manifest = Index.open(folder).manifest()
        assert manifest is not None
        made.append({ref.kind: (ref.size_bytes, ref.checksum) for ref in manifest.segments})
        assert len(forking) >= 3
    assert retirements
    assert made[0] == made[1]
    assert all(has_gone(child.pid) for child in forking)


@pytest.mark.parametrize(
    ("action", "reason"),
    [("os.kill(os.getpid(), signal.SIGSEGV)", "parser died (signal 11)"), ("os._exit(7)", "parser died (exit status 7)")],
)
def test_a_file_that_kills_a_fork_is_skipped_and_counted(
    tmp_path: Path, forking: list[Child], monkeypatch: pytest.MonkeyPatch, action: str, reason: str
) -> None:
    """Tried once more alone; the server stays, and forks those who go on."""
    for number in range(8):
        (tmp_path / f"part{number}.py").write_text(f"def step{number}():\n    return step{number - 1}()\n")
    (tmp_path / "bad.py").write_text("poison = 1\n")
    command = [*worker_command()[:-2], "-c", POISON.format(action=action)]
    monkeypatch.setattr(nursery, "worker_command", lambda: command)
    report = Ingest(tmp_path, Settings()).index()
    assert report.files == 8
    assert [(one.reason, one.examples) for one in report.skipped if one.reason.startswith("parser")] == [(reason, ("bad.py",))]
    assert len(forking) >= 4
    assert all(has_gone(child.pid) for child in forking)
