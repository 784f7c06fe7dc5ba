"""The largest memory of the process tree during a piece of work, by sampling.

Not here: the figures themselves (see `meter`). Invariant: sampling takes at most a set share of one core, so what is measured
is the work and not the measuring; the peak is the largest of the sums that were read, and of what they had grown to until the next.
It misses what came and went between two readings, and may overstate a little what they had grown to: within 2 % where compared.

Summing PSS walks page tables (0.6 ms a process and more), so the exact sum is taken when there is reason to: a process has begun
or ended since the last one, or some time has passed; and never when the share is used up. In between running counters tell how
the same processes have grown: a page that is new is its process's own, so each adds as much to the sum. What falls at once, as
when a step ends and a process with it, was up to a tenth higher than the last sum that was read.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from lepasserelle.memory.meter import Meter

_TREE_S: Final = 0.1
_STEADY_S: Final = 0.3
"""An exact sum at least this often: PSS grows while resident bytes stay where one of two that share a page writes to it."""
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
        self._base: tuple[int, dict[int, int]] | None = None
        """The last exact sum and what each process held then; None: one of them ended meanwhile."""

    @property
    def peak_tree_pss_bytes(self) -> int | None:
        """Largest PSS sum of this process and its descendants so far, in bytes; None when the system cannot tell."""
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
            tree = self._meter.tree()
            before, total, held = self._held(tree), self._meter.sum_bytes("Pss", tree), self._held(tree)
            self._samples += 1
            self._base = (total, held) if total is not None and held.keys() == before.keys() else None
            self._keep(total)
            return total

    def _keep(self, total: int | None) -> None:
        if total is not None and (self._peak is None or total > self._peak):
            self._peak = total

    def _held(self, tree: list[int]) -> dict[int, int]:
        """Anonymous bytes of each of these processes that lives, by running counters; one that has ended holds nothing at all."""
        return {pid: split[0] for pid in tree if (split := self._meter.quick_split(pid)) is not None and any(split)}

    def _grow(self, tree: list[int]) -> bool:
        """Take in how those that were summed last have grown; False when one of them has ended, or another has begun."""
        with self._lock:
            if self._base is None:
                return False
            total, before = self._base
            now = self._held(tree)
            if not before.keys() <= now.keys():
                self._base = None
                return False
            self._keep(total + sum(now[pid] - held for pid, held in before.items()))
            return len(now) == len(before)

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
        with suppress(OSError):  # the process has no descriptor left: what was seen so far is what can be told
            self._watch()

    def _watch(self) -> None:
        began_s, began_cpu_s = self._clock(), self._cpu_clock()
        tree, exact_s, tree_s = self._meter.tree(), began_s, began_s
        pause_s = self._interval_s
        while not self._stop.wait(pause_s):
            now_s = self._clock()
            if now_s - tree_s >= _TREE_S:
                tree, tree_s = self._meter.tree(), now_s
            is_known = self._grow(tree)
            looked_s, self._spent_s = self._spent_s, self._cpu_clock() - began_cpu_s
            pause_s = max(self._interval_s, (self._spent_s - looked_s) / self._share)
            allowed_s = _CREDIT_S + (now_s - began_s) * self._share
            if self._spent_s < allowed_s and (not is_known or now_s - exact_s >= _STEADY_S):
                self.sample()
                exact_s = now_s
                self._spent_s = self._cpu_clock() - began_cpu_s
