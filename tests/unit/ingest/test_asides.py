"""Work in a fork: its answer arrives, and whatever becomes of the fork, the work is done."""

import os
import sys
import time
from pathlib import Path

import pytest

from lepasserelle.ingest.asides import forked
from lepasserelle.memory import pages

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are watched through /proc"),
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),
]

OWN = os.getpid()


def who() -> bytes:
    """The process that does the work."""
    return str(os.getpid()).encode()


def nothing() -> bytes:
    """The other piece of work."""
    return b""


def test_the_work_is_done_in_another_process() -> None:
    """What comes back was said by one process that is not this one, and that is gone."""
    first, second = forked(who, who)()
    other = int(first)
    assert first == second
    assert other != OWN
    with pytest.raises(ProcessLookupError):
        os.kill(other, 0)


def test_a_fork_that_dies_costs_no_answer() -> None:
    """By a signal or by an exception: the work is done here then."""

    def dies() -> bytes:
        if os.getpid() != OWN:
            os.kill(os.getpid(), 9)
        return who()

    def fails() -> bytes:
        if os.getpid() != OWN:
            raise MemoryError
        return who()

    for work in (dies, fails):
        assert forked(work, nothing)() == (who(), b"")
        assert forked(nothing, work)() == (b"", who())


def test_what_the_work_raises_is_raised_here() -> None:
    """When it fails in both, the caller sees why."""

    def fails() -> bytes:
        raise MemoryError("of this work")

    with pytest.raises(MemoryError, match="of this work"):
        forked(nothing, fails)()


def test_where_no_fork_can_be_had_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused fork is no error."""

    def refused() -> int:
        raise BlockingIOError("no more processes")

    monkeypatch.setattr(os, "fork", refused)
    assert forked(who, who)() == (who(), who())


def test_a_fork_waits_for_nobody_to_take_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """With far more to say than a pipe holds it has left, memory and all, before it is asked."""
    pids: list[int] = []
    fork = os.fork

    def noted() -> int:
        pids.append(fork())
        return pids[-1]

    monkeypatch.setattr(os, "fork", noted)
    wait = forked(lambda: bytes(5_000_000), who)
    deadline_s = time.monotonic() + 60
    while _state(pids[0]) != "Z" and time.monotonic() < deadline_s:
        time.sleep(0.01)
    assert _state(pids[0]) == "Z"
    assert wait() == (bytes(5_000_000), str(pids[0]).encode())


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def private_bytes() -> int:
    """Memory that is this process's alone and was written to."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_Dirty:"))


def test_what_was_worked_with_meanwhile_is_given_back_before_the_answers_are_used() -> None:
    """Small blocks that were freed under one that is in use go to the system: another child needs the room now."""
    if pages.trim_heap() is None:
        pytest.skip("the C library does not give back free pages")
    wait = forked(who, nothing)
    worked_with = [bytes(1000) for _ in range(40_000)]
    on_top = [bytes(1000) for _ in range(100)]
    held_bytes = private_bytes()
    del worked_with
    wait()
    assert held_bytes - private_bytes() > 30_000_000
    assert len(on_top) == 100
