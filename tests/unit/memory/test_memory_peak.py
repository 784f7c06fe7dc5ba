"""The peak sampler: what it keeps, when it looks closely, how little it may cost, and that it ends."""

import threading
import time
from collections.abc import Iterable, Iterator

import pytest

from lepasserelle.memory import Meter, PeakSampler


class _ScriptedMeter(Meter):
    """Answers from a script; the last figure stays."""

    def __init__(self, totals: list[int | None]) -> None:
        super().__init__()
        self.totals = totals
        self.exact = 0
        self.cheap = 0
        self.looked = threading.Event()

    def tree(self, pid: int | None = None) -> list[int]:
        return [1]

    def sum_bytes(self, field: str, pids: Iterable[int]) -> int | None:
        self.exact += 1
        return self.totals.pop(0) if len(self.totals) > 1 else self.totals[0]

    def quick_split(self, pid: int | None = None) -> tuple[int, int] | None:
        self.cheap += 1
        if self.cheap > 50:
            self.looked.set()
        return None


def test_the_largest_sum_is_kept() -> None:
    """Also when a later one is smaller or unknown."""
    sampler = PeakSampler(_ScriptedMeter([5, 9, None, 7]))
    assert sampler.peak_tree_pss_bytes is None
    assert [sampler.sample() for _ in range(4)] == [5, 9, None, 7]
    assert sampler.peak_tree_pss_bytes == 9


def test_a_system_that_cannot_tell_has_no_peak_and_no_thread() -> None:
    """None, not 0, and nothing runs in the background for it."""
    before = threading.active_count()
    with PeakSampler(_ScriptedMeter([None])) as sampler:
        assert threading.active_count() == before
    assert sampler.peak_tree_pss_bytes is None


def test_the_thread_ends_with_the_block_even_when_it_raises() -> None:
    """No thread is left, and the last sum is taken at the end."""
    before = threading.active_count()
    meter = _ScriptedMeter([1])
    with pytest.raises(ValueError, match="inside"), PeakSampler(meter, interval_s=0.001):
        raise ValueError("inside")
    assert threading.active_count() == before
    assert meter.exact >= 2


def test_sampling_stops_looking_when_its_share_is_used_up() -> None:
    """With a processor clock that says each look costs far too much, exact sums stop at the credit."""

    def costly() -> Iterator[float]:
        spent = 0.0
        while True:
            yield spent
            spent += 1.0

    ticks = costly()
    meter = _ScriptedMeter([1])
    sampler = PeakSampler(meter, interval_s=0.0005, share=1e9, clock=lambda: 0.0, cpu_clock=lambda: next(ticks))
    with sampler:
        assert meter.looked.wait(timeout=20) or meter.cheap > 0
    assert meter.exact <= 3
    assert sampler.spent_s >= 1.0


class _Closed(dict[int, int]):
    """As the system answers who has no descriptor left."""

    def __iter__(self) -> Iterator[int]:
        raise OSError(24, "Too many open files")


class _GrowingMeter(_ScriptedMeter):
    """Processes whose counters stand in a table that a test changes between two looks."""

    def __init__(self) -> None:
        super().__init__([100])
        self.held = {1: 40, 2: 50}

    def tree(self, pid: int | None = None) -> list[int]:
        return list(self.held)

    def quick_split(self, pid: int | None = None) -> tuple[int, int] | None:
        held = self.held.get(pid or 0)
        return None if held is None else (held, min(held, 7))


def test_growth_by_less_than_is_worth_a_sum_counts_and_what_falls_before_the_next_sum_is_kept() -> None:
    """A step ends and a process with it: nobody read the sum at that height, a tenth above the last."""
    meter = _GrowingMeter()
    sampler = PeakSampler(meter)
    sampler.sample()
    meter.held[2] = 58
    assert sampler._grow(meter.tree())
    assert sampler.peak_tree_pss_bytes == 108
    meter.held[3] = 500  # a fork: nobody has told yet what of that is its own
    meter.held[1] = 30
    assert not sampler._grow(meter.tree())
    meter.held[2] = 0
    assert not sampler._grow(meter.tree())
    meter.held[1] = 90
    assert not sampler._grow(meter.tree())
    assert sampler.peak_tree_pss_bytes == 108
    assert meter.exact == 1
    sampler.sample()
    meter.held[1] = 95
    assert sampler._grow(meter.tree())
    assert sampler.peak_tree_pss_bytes == 108
    meter.held[1] = 99
    assert sampler._grow(meter.tree())
    assert sampler.peak_tree_pss_bytes == 109


def test_without_descriptors_the_thread_ends_silently_and_what_was_seen_stays(recwarn: pytest.WarningsRecorder) -> None:
    """A traceback of it stood before the sentence that says what to do."""
    meter = _GrowingMeter()
    with PeakSampler(meter, interval_s=0.0005) as sampler:
        meter.held = _Closed()
        while sampler._thread is not None and sampler._thread.is_alive():
            time.sleep(0.001)
        meter.held = {1: 40, 2: 50}
    assert sampler.peak_tree_pss_bytes == 100
    assert not recwarn.list


def test_the_thread_sees_growth_that_no_sum_is_read_of() -> None:
    """Every sum that it reads says the same."""
    meter = _GrowingMeter()
    with PeakSampler(meter, interval_s=0.0005) as sampler:
        meter.held[2] = 59
        deadline_s = time.monotonic() + 60
        while sampler.peak_tree_pss_bytes == 100 and time.monotonic() < deadline_s:
            time.sleep(0.001)
        meter.held[2] = 50
    assert sampler.peak_tree_pss_bytes == 109


def test_growth_between_two_moments_is_seen() -> None:
    """A block of 64 MiB that lives only inside shows in the peak."""
    with PeakSampler(interval_s=0.001, share=1.0) as sampler:
        first = sampler.peak_tree_pss_bytes
        block = bytearray(b"x") * (64 << 20)
        sampler.sample()
        del block
    if first is None:
        pytest.skip("this system tells no PSS")
    assert sampler.peak_tree_pss_bytes is not None
    assert sampler.peak_tree_pss_bytes - first > 60 << 20
    assert sampler.samples >= 3
