"""How often the monitor looks: what looks cost so far, how fast the share grows, and when it was last called out of turn.

Not here: what a look does, and the sleep itself (`monitor`). Invariant: a nudge is due at most every `NUDGES_S`. Safe for threads,
but for `rising`, which only the monitor's thread asks.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

NUDGES_S: Final = 1.0
"""The monitor is called at most so often: a look costs some 0.4 ms."""

_COST_WEIGHT: Final = 0.2

RESTS: Final = 3.0
"""What gives way rests so much longer than it works."""

LONGEST_REST_S: Final = 0.03

STEP_S: Final = 0.0005
"""So long it works on at least, within what is done in parts, before it rests."""

LULLS_S: Final = 0.25
"""So long altogether a round of work that gives way waits for moments without a question; then it goes on beside them."""

Lull = Callable[[float], float]
"""Waits for a moment without a question, at most so many seconds; returns how many it took."""

Pause = Callable[[], object]
"""Called between the parts of work that nobody waits for."""


def at_once() -> None:
    """The pause of work that goes on."""


class Rest:
    """Rests of work that gives way, in proportion to the processor time that it took since the one before, and then until no
    question is being answered: both would run on one processor as often as not, although another one is free. Of one thread.
    """

    def __init__(
        self,
        lull: Lull | None = None,
        clock: Callable[[], float] = time.thread_time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._lull = lull
        self._clock = clock
        self._sleep = sleep
        self._rested_s = clock()
        self._patience_s = LULLS_S

    def take(self) -> None:
        """Rest now."""
        self._sleep(min(LONGEST_REST_S, (self._clock() - self._rested_s) * RESTS))
        if self._lull is not None and self._patience_s > 0.0:
            self._patience_s -= self._lull(min(LONGEST_REST_S, self._patience_s))
        self._rested_s = self._clock()

    def between_parts(self) -> None:
        """Rest now, if questions are waited for at all and it worked for `STEP_S` since the last time."""
        if self._lull is not None and self._clock() - self._rested_s >= STEP_S:
            self.take()


class Pace:
    """Of one manager's monitor."""

    def __init__(self) -> None:
        self.looks = 0
        self.look_s = 0.0
        """Processor time of the looks that let nothing go."""
        self.cost_s = 0.0
        """Of one of them, the last ones counting most."""
        self._last_share: tuple[float, float] | None = None
        self._nudged_s = self._grew_s = float("-inf")
        self._lock = threading.Lock()

    def looked(self, cost_s: float, *, moved: bool) -> None:
        """A look took so much of a processor; `moved`: it let something go, which is no cost of looking."""
        with self._lock:
            self.looks += 1
            if not moved:
                self.look_s += cost_s
                self.cost_s += _COST_WEIGHT * (cost_s - self.cost_s) if self.cost_s else cost_s

    def rising(self, share: float, now_s: float) -> float:
        """By how much the share grows in a second, since the look before; 0 at the first."""
        before, self._last_share = self._last_share, (now_s, share)
        return (share - before[1]) / (now_s - before[0]) if before is not None and now_s > before[0] else 0.0

    def is_nudge_due(self, now_s: float) -> bool:
        """Whether the monitor may be called now; then it counts as called."""
        with self._lock:
            is_due = now_s - self._nudged_s >= NUDGES_S
            self._nudged_s = now_s if is_due else self._nudged_s
        return is_due

    def grew(self, now_s: float) -> None:
        """Something was read that may have brought in more than there is room for."""
        self._grew_s = now_s

    def is_growing(self, now_s: float) -> bool:
        """Whether that was a moment ago: who read meanwhile, when no nudge was due, is looked after by the next look."""
        return now_s - self._grew_s < 2 * NUDGES_S

    def after_fork(self) -> None:
        """The lock may have been held by a thread that is not here."""
        self._lock = threading.Lock()
