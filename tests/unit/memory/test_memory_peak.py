"""The peak sampler: what it keeps, when it looks closely, how little it may cost, and that it ends."""

import threading
from collections.abc import Iterator

import pytest

from lepasserelle.memory import Meter, PeakSampler
from lepasserelle.memory.peak import is_due


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

    def tree_pss_bytes(self, pid: int | None = None) -> int | None:
        self.exact += 1
        return self.totals.pop(0) if len(self.totals) > 1 else self.totals[0]

    def sum_rss_bytes(self, pids: object) -> int:
        self.cheap += 1
        if self.cheap > 50:
            self.looked.set()
        return self.cheap * 1000


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


@pytest.mark.parametrize(
    ("rss", "last", "highest", "due"),
    [
        (100, 100, 100, False),
        (105, 100, 100, False),
        (105, 105, 100, True),
        (111, 100, 100, True),
        (90, 95, 100, False),
        (101, 101, 100, False),
    ],
)
def test_a_closer_look_is_due_when_a_new_peak_is_likely(rss: int, last: int, highest: int, due: bool) -> None:
    """Well above all before at once; a little above only when the climb has ended."""
    assert is_due(rss, last, highest) is due


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
