"""The largest memory of the process tree during a piece of work, by sampling.

Not here: the figures themselves (see `meter`). Invariant: sampling takes at most a set share of one core, so what is measured
is the work and not the measuring; the peak is the largest sum that was really read, hence a lower bound of the true one.

Summing PSS walks page tables (0.6 ms a process and more), so the exact sum is taken when there is reason to: the cheap resident
bytes have grown since the last exact one, or some time has passed; and never when the share is used up.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from lepasserelle.memory.meter import Meter

_CLIMB: Final = 1.10
_ABOVE: Final = 1.01
_TREE_S: Final = 0.1
_STEADY_S: Final = 0.5
"""An exact sum at least this often: PSS can grow while resident bytes stay, when a process that shared pages ends."""
_CREDIT_S: Final = 0.02
"""What may be spent at the very beginning, before any share has accrued."""


class PeakSampler:
    """Context manager: a daemon thread samples the tree of this process until the block ends.

    `interval_s` is the distance of the cheap looks, `share` the part of a core that sampling may take. Tests give the clocks.
    One object serves one block.
    """

    def __init__(
        self,
        meter: Meter | None = None,
        interval_s: float = 0.025,
        share: float = 0.015,
        clock: Callable[[], float] = time.monotonic,
        cpu_clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self._meter = Meter() if meter is None else meter
        self._interval_s = interval_s
        self._share = share
        self._clock = clock
        self._cpu_clock = cpu_clock
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._peak: int | None = None
        self._samples = 0
        self._spent_s = 0.0

    @property
    def peak_tree_pss_bytes(self) -> int | None:
        """Largest PSS sum of this process and its descendants so far; None when the system cannot tell."""
        return self._peak

    @property
    def samples(self) -> int:
        """How many exact sums were taken."""
        return self._samples

    @property
    def spent_s(self) -> float:
        """Processor seconds that the sampling thread took."""
        return self._spent_s

    def sample(self) -> int | None:
        """Take an exact sum now (at a moment that is known to be high); the share does not hold this back."""
        with self._lock:
            total = self._meter.tree_pss_bytes()
            self._samples += 1
            if total is not None and (self._peak is None or total > self._peak):
                self._peak = total
            return total

    def __enter__(self) -> Self:
        if self.sample() is not None:
            thread = threading.Thread(target=self._run, name="leindex-peak", daemon=True)
            with suppress(RuntimeError):  # no thread can be had: the sums at begin and end are all there is
                thread.start()
                self._thread = thread
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self.sample()

    def _run(self) -> None:
        began_s, began_cpu_s = self._clock(), self._cpu_clock()
        tree = self._meter.tree()
        exact_s, tree_s, highest, last = began_s, began_s, self._meter.sum_rss_bytes(tree), 0
        pause_s = self._interval_s
        while not self._stop.wait(pause_s):
            now_s = self._clock()
            if now_s - tree_s >= _TREE_S:
                tree, tree_s = self._meter.tree(), now_s
            rss = self._meter.sum_rss_bytes(tree)
            allowed_s = _CREDIT_S + (now_s - began_s) * self._share
            if self._spent_s < allowed_s and (is_due(rss, last, highest) or now_s - exact_s >= _STEADY_S):
                self.sample()
                exact_s, highest = now_s, max(rss, highest)
            last = rss
            self._spent_s = self._cpu_clock() - began_cpu_s
            pause_s = max(self._interval_s, (self._spent_s - allowed_s) / self._share)


def is_due(rss_bytes: int, last_bytes: int, highest_bytes: int) -> bool:
    """Whether an exact sum may show a new peak: well above all before, or a little above and growing no more (a climb is not worth
    its every step).
    """
    if rss_bytes > highest_bytes * _CLIMB:
        return True
    return rss_bytes > highest_bytes * _ABOVE and rss_bytes <= last_bytes * _ABOVE
