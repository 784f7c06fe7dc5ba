"""What indexing claims: grows with what is found, ends with its block, and a child is held to its share."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lepasserelle.ingest.child import Child
from lepasserelle.ingest.reserving import (
    FILES_A_STEP,
    PARENT_BYTES,
    Claim,
    ParentClaim,
    build_bytes,
    least_linking_bytes,
    lesser_bytes,
    may_fork,
    rebuild_bytes,
    steps_within,
    unlimited,
)


class Book:
    """Counts what is claimed now."""

    def __init__(self, most_bytes: int = 1 << 60) -> None:
        self.now_bytes, self.most_bytes = 0, most_bytes

    @contextmanager
    def reserve(self, asked_bytes: int, tag: str, *, timeout_s: float = 10.0, in_children: bool = False) -> Iterator[Claim]:
        """Refuses with `MemoryError` what passes the most."""
        if self.now_bytes + asked_bytes > self.most_bytes:
            raise MemoryError
        self.now_bytes += asked_bytes
        try:
            with unlimited(asked_bytes, tag) as claim:
                yield claim
        finally:
            self.now_bytes -= asked_bytes


def test_the_parent_claims_more_as_more_files_are_found() -> None:
    """Two kilobytes a file beyond the first ones; told the same number twice, it claims once."""
    book = Book()
    with ParentClaim(book.reserve) as claim:
        claim.covers_files(FILES_A_STEP)
        assert book.now_bytes == PARENT_BYTES
        claim.covers_files(FILES_A_STEP + 1)
        once = book.now_bytes
        assert once - PARENT_BYTES == 2_000 * FILES_A_STEP
        claim.covers_files(FILES_A_STEP + 1)
        claim.covers_files(5)
        assert book.now_bytes == once
        claim.covers_files(50_000)
        assert book.now_bytes >= PARENT_BYTES + 2_000 * (50_000 - FILES_A_STEP)
    assert book.now_bytes == 0


def test_a_refused_step_leaves_nothing_claimed() -> None:
    """The error goes through, and everything before it ends."""
    book = Book(PARENT_BYTES + 5_000_000)
    with pytest.raises(MemoryError), ParentClaim(book.reserve) as claim:
        claim.covers_files(20_000)
    assert book.now_bytes == 0


def test_claims_grow_with_the_work() -> None:
    """Files for what the parent rebuilds, definitions for what children build."""
    assert rebuild_bytes(10_000) - rebuild_bytes(0) == 6_000_000
    assert build_bytes(["graph", "rows"], 20_000, 0) < build_bytes(["graph", "rows"], 40_000, 0)
    assert build_bytes(["graph", "rows"], 20_000, 6_000_000) > build_bytes(["graph", "rows"], 20_000, 0) + 140_000_000
    assert build_bytes(["vectors"], 20_000, 6_000_000) > build_bytes(["vectors"], 20_000, 0) + 20_000_000
    assert build_bytes(["vectors"], 40_000, 6_000_000) > build_bytes(["vectors"], 20_000, 6_000_000)


def test_linking_that_follows_no_values_takes_less_and_more_memory_is_for_more_values() -> None:
    """What is asked for lies between the least and all, below what there is room for; each value has its bytes."""
    least = least_linking_bytes(20_000, 6_000_000)
    assert least < build_bytes(["graph", "rows"], 20_000, 6_000_000)
    assert lesser_bytes(500, 200, 200) == 200
    assert 200 < lesser_bytes(500, 200, 250) < 300
    assert lesser_bytes(500, 200, 1000) == lesser_bytes(500, 200, None) == 500
    assert steps_within(least - 1, least) == steps_within(least, least) == 0
    assert steps_within(least + 2_000_000, least) == 10_000


def test_linking_forks_only_where_two_processes_have_room_and_a_core_each() -> None:
    """Without a limit always, under one with three times the estimate; never on one core, nor for a small project."""
    assert may_fork(300_000_000, None, 2)
    assert may_fork(300_000_000, 900_000_000, 8)
    assert not may_fork(300_000_000, 899_999_999, 8)
    assert not may_fork(300_000_000, None, 1)
    assert not may_fork(60_000_000, None, 8)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="RLIMIT_DATA of another process is Linux's")
@pytest.mark.parametrize(("most_bytes", "lives"), [(None, True), (400_000_000, True), (20_000_000, False)])
def test_a_child_is_held_to_its_share(most_bytes: int | None, lives: bool) -> None:
    """It asks for 200 MB when it is told to: had with enough, or without a share; refused by the system otherwise."""
    code = "import sys; sys.stdin.buffer.read(); held = bytearray(200_000_000)"
    child = Child([sys.executable, "-S", "-c", code])
    child.hold_to(most_bytes)
    child.end_input()
    ending = child.how_it_ended()
    assert (ending == "exit status 0") is lives, ending
    if not lives:
        assert "MemoryError" in ending


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="RLIMIT_DATA is Linux's")
def test_a_share_never_lifts_a_limit_that_the_process_has() -> None:
    """What the parent may not take, its child may not either, however much is granted."""
    code = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (300_000_000, 500_000_000))\n"
        "from lepasserelle.ingest.child import Child\n"
        "child = Child([sys.executable, '-S', '-c', 'import sys; sys.stdin.buffer.read()'])\n"
        "child.hold_to(4_000_000_000)\n"
        "print(resource.prlimit(child.pid, resource.RLIMIT_DATA))\n"
        "child.close()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "(300000000, 500000000)"
