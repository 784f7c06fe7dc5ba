"""An exact look of the monitor is made in parts, with rests between them: another thread finds a processor in each."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.memory import Meter
from lepasserelle.memory.pacing import STEP_S, Rest
from lepasserelle.memory.sampling import MemorySample, Sampler
from lepasserelle.memory.spiller import Looks

NOBODY = Meter("/nonexistent")


@given(st.lists(st.floats(0.0, 4 * STEP_S), max_size=20))
def test_it_rests_as_soon_as_a_part_ends_that_brought_it_to_a_step(parts: list[float]) -> None:
    """Never for less than a step; and never does it begin a part with a step or more behind it."""
    now_s = rested_s = 0.0
    rested: list[float] = []
    rest = Rest(lambda _: 0.0, clock=lambda: now_s, sleep=rested.append)
    for part_s in parts:
        assert now_s - rested_s < STEP_S
        now_s += part_s
        before = len(rested)
        rest.between_parts()
        rested_s = now_s if len(rested) > before else rested_s
    assert all(one_s > STEP_S for one_s in rested)


def test_who_gives_nobody_way_does_not_rest_between_parts() -> None:
    """What a claim or a person waits for is not made longer."""
    rested: list[float] = []
    times = iter(range(100))
    Rest(clock=lambda: float(next(times)), sleep=rested.append).between_parts()
    assert rested == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="page tables are told by Linux")
def test_an_exact_look_pauses_after_each_file_and_before_it_walks_all_of_the_process(tmp_path: Path) -> None:
    """Walking a page table is one call, which nothing interrupts; several in a row held others up for 6 ms."""
    files = [tmp_path / name for name in ("graph", "words", "vectors")]
    for file in files:
        file.write_bytes(b"x" * 4096)
    pauses: list[str] = []

    class Walking(Meter):
        def anonymous_bytes(self, pid: int | None = None) -> int | None:
            pauses.append("walk")
            return super().anonymous_bytes(pid)

        def tree(self, pid: int | None = None) -> list[int]:
            return [os.getpid()]  # and nobody's whom another test has started

    sample = Sampler(Walking()).exact(files, lambda: pauses.append("pause"))
    assert sample.files is not None
    assert set(sample.files) == {str(file) for file in files}
    assert pauses[:3] == ["pause"] * 3
    assert pauses.count("walk") == 1
    assert pauses[-1] == "pause"


def test_the_monitors_looks_are_made_in_parts() -> None:
    """Each look is given a pause that rests after a step of work."""
    now_s = 0.0
    rested: list[float] = []
    rest = Rest(lambda _: 0.0, clock=lambda: now_s, sleep=rested.append)

    def look(pause: object) -> MemorySample:
        nonlocal now_s
        assert callable(pause)
        for _ in range(3):
            now_s += STEP_S * 2
            pause()
        return Sampler(NOBODY).exact()

    looks = Looks(look, rest)
    assert len(rested) == 3
    looks.again()
    assert len([one_s for one_s in rested if one_s > 0.0]) == 6
