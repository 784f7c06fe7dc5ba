"""Children that are started while the parent walks: used when they fit, gone when they do not."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lepasserelle.config import Settings
from lepasserelle.errors import BudgetExceededError
from lepasserelle.files import FileEntry
from lepasserelle.ingest.ahead import Ahead
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.ingest import Ingest
from lepasserelle.ingest.messages import Start
from lepasserelle.ingest.pool import ParsePool
from lepasserelle.ingest.reserving import IDLE_BYTES, Claim, unlimited

COMMAND = [sys.executable, "-P", str(Path(__file__).with_name("misbehaving_child.py"))]
START = Start("/project", "/index", Settings(), parses=True)


class Nursery:
    """Starts children and remembers them."""

    def __init__(self, command: list[str] | None = None) -> None:
        self.command = command
        self.children: list[Child] = []

    def __call__(self) -> Child:
        """Start one more."""
        self.children.append(Child(self.command))
        return self.children[-1]


def is_running(child: Child) -> bool:
    """Whether there is still such a process."""
    return Path(f"/proc/{child.pid}").exists()


def test_the_pool_works_with_those_that_wait_and_starts_no_others() -> None:
    """Two files a child, two children, both from before."""
    nursery = Nursery(COMMAND)
    entries = [FileEntry(f"file-{number}", 10, 1, "text") for number in range(80)]
    with Ahead(nursery, unlimited) as ahead:
        ahead.begin(START, 2)
        ahead.begin(START, 2)
        with ParsePool(nursery, START, 2, 30.0, waiting=ahead.take) as pool:
            assert len(list(pool.run(entries))) == 80
    assert len(nursery.children) == 2
    assert not any(map(is_running, nursery.children))


def test_a_child_is_for_what_it_was_told_at_its_start_only() -> None:
    """Another index, or contents that are known now: the pool starts its own, and those that waited leave."""
    nursery = Nursery(COMMAND)
    with Ahead(nursery, unlimited) as ahead:
        ahead.begin(START, 1)
        assert ahead.take(Start("/project", "/index", Settings(), parses=True, ask_known=True)) is None
        assert is_running(nursery.children[0])
    assert not is_running(nursery.children[0])


def test_whatever_ends_the_block_ends_the_children() -> None:
    """An interrupt, too."""
    nursery = Nursery(COMMAND)

    def interrupted() -> None:
        with Ahead(nursery, unlimited) as ahead:
            ahead.begin(START, 2)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert len(nursery.children) == 2
    assert not any(map(is_running, nursery.children))


def test_what_waits_is_claimed_until_it_is_handed_over() -> None:
    """Refused, none is started; granted, the claim ends when who takes them claims for what they do. Who is not taken leaves."""
    claimed: list[int] = []

    @contextmanager
    def reserve(asked_bytes: int, tag: str, *, timeout_s: float = 10.0, in_children: bool = False) -> Iterator[Claim]:
        assert in_children
        assert timeout_s == 0
        claimed.append(asked_bytes)
        with unlimited(asked_bytes, tag) as claim:
            yield claim
        claimed.remove(asked_bytes)

    @contextmanager
    def refuse(asked_bytes: int, tag: str, *, timeout_s: float = 10.0, in_children: bool = False) -> Iterator[Claim]:
        raise BudgetExceededError(tag, asked_bytes=asked_bytes, limit_bytes=1, limit_name="a test's", held_bytes={})
        yield unlimited

    nursery = Nursery(COMMAND)
    with Ahead(nursery, refuse) as ahead:
        ahead.begin(START, 2)
        assert ahead.take(START) is None
    assert nursery.children == []
    with Ahead(nursery, reserve) as ahead:
        ahead.begin(START, 2)
        assert claimed == [2 * IDLE_BYTES]
        ahead.hand_over()
        assert claimed == []
        child = ahead.take(START)
        assert child is not None
        ahead.dismiss_waiting()
        assert ahead.take(START) is None
        assert list(map(is_running, nursery.children)).count(True) <= 1, "who was not taken leaves"
        child.close()


def test_a_first_run_over_many_files_starts_as_many_children_as_it_uses(tmp_path: Path) -> None:
    """Two that parse and two that build; a second run, to which nothing is new, starts none."""
    project = tmp_path / "project"
    project.mkdir()
    for number in range(250):
        file = project / f"file_{number:03}.py"
        file.write_text(f"def function_{number}():\n    return {number}\n")
        os.utime(file, (1_700_000_000, 1_700_000_000))  # else the second run could not tell them from files that change now
    nursery = Nursery()
    ingest = Ingest(project, Settings(index_dir=str(tmp_path / "index"), workers=2), spawn=nursery)
    assert ingest.index().files == 250
    assert len(nursery.children) <= 4
    first = len(nursery.children)
    assert ingest.index().files == 250
    assert len(nursery.children) == first
