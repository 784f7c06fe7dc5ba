"""The thread that looks after memory: sleeps, has the manager look, sleeps again, and costs next to nothing.

Not here: what a look does. Invariants: the thread holds its manager weakly while it sleeps, so that a forgotten manager goes away
and its thread with it; looks near the high mark come faster, but never so fast that looking takes more than its share of a core; a
forked child gets a thread of its own when its parent had one; no look that fails ends the thread.
"""

import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

from lepasserelle.errors import CacheError
from lepasserelle.memory.waking import Wake, Waker

CORE_SHARE: Final = 0.0008
"""Part of a core that looking may take when it goes faster than was set."""

FASTEST_PART: Final = 30
"""At the high mark looks come so many times as often."""

PEEK_S: Final = 1.0
"""So often within a longer sleep it asks whether what is held has grown: a look that was far from the marks says nothing of what
comes after it."""

_RETRY_S: Final = 0.05
"""At least so long after a look that failed."""


class Looker(Protocol):
    """What the monitor drives."""

    def look(self) -> float:
        """Look, act if needed, and say how long to sleep at most until the next look, in seconds."""

    def has_grown(self) -> bool:
        """Whether so much more is held than at the last look that the next one should not wait. Costs next to nothing."""

    def missed(self, error: Exception) -> None:
        """A look failed, for want of memory as a rule."""


class Monitor:
    """Runs `looker.look()` on a daemon thread between `start` and `stop`."""

    def __init__(self, looker: Looker, make_waker: Callable[[], Waker] = Waker) -> None:
        self._looker = weakref.ref(looker)
        self._make_waker = make_waker
        self._waker: Waker | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self.wakes: dict[Wake, int] = dict.fromkeys(Wake, 0)
        """How often it woke, by reason."""

    @property
    def is_running(self) -> bool:
        """Whether the thread lives."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, first_s: float) -> None:
        """Begin, with a first look after `first_s`. Does nothing when it runs."""
        with self._lock:
            if self._thread is None:
                waker = self._waker = self._make_waker()
                weakref.finalize(self, waker.call)
                self._thread = threading.Thread(target=_run, args=(self._looker, waker, self.wakes, first_s), daemon=True)
                self._thread.name = "leindex-memory"
                try:
                    self._thread.start()
                except RuntimeError as error:
                    self._thread = self._waker = None
                    waker.close()
                    raise CacheError(
                        f"no thread could be started to look after memory: {error}. Raise the limit on data, address space or "
                        "processes, or set auto_spill to false."
                    ) from error

    def nudge(self) -> None:
        """Have it look now. Does nothing when it does not run."""
        waker = self._waker
        if waker is not None:
            waker.nudge()

    def stop(self) -> None:
        """End, and wait for a look that is going on (unless it is this thread that looks). Idempotent."""
        with self._lock:
            thread, self._thread = self._thread, None
            waker, self._waker = self._waker, None
        if waker is not None:
            waker.call()
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def after_fork(self, first_s: float) -> None:
        """The thread is not here; start another when there was one."""
        self._lock = threading.Lock()
        was_running, waker = self._thread is not None, self._waker
        self._thread = self._waker = None
        if waker is not None:
            waker.close()
        if was_running:
            self.start(first_s)


def pause_s(share: float, low: float, high: float, interval_s: float, cost_s: float, rising: float = 0.0) -> float:
    """How long to sleep: the whole interval below the low mark, a thirtieth of it at the high one, in between in proportion; and at
    most half of the time after which `share`, which grows by `rising` a second, reaches the high mark.

    `cost_s` is what a look takes of a processor; looks faster than `interval_s` are held back to take `CORE_SHARE` at most.
    """
    nearness = min(1.0, max(0.0, (share - low) / (high - low)))
    wanted_s = interval_s * (1.0 - nearness * (1.0 - 1.0 / FASTEST_PART))
    if rising > 0.0 and share < high:
        wanted_s = min(wanted_s, (high - share) / rising / 2.0)
    return min(interval_s, max(wanted_s, cost_s / CORE_SHARE))


def _run(reference: "weakref.ref[Looker]", waker: Waker, wakes: dict[Wake, int], first_s: float) -> None:
    sleep_s = first_s
    try:
        while True:
            wake = _sleep(reference, waker, sleep_s)
            wakes[wake] += 1
            looker = reference()
            if wake is Wake.CALLED or looker is None:
                return
            waker.watch()  # after the first sleep: who is gone before then need not pay for it
            sleep_s = _look(looker, first_s)
            del looker
    finally:
        waker.close()


def _sleep(reference: "weakref.ref[Looker]", waker: Waker, sleep_s: float) -> Wake:
    """Sleep until something wakes it, the time is over, or what is held has grown."""
    while sleep_s > PEEK_S:
        wake = waker.sleep(PEEK_S)
        if wake is not Wake.TIME or _has_grown(reference()):
            return wake
        sleep_s -= PEEK_S
    return waker.sleep(sleep_s)


def _has_grown(looker: Looker | None) -> bool:
    """Nobody to ask, or no memory to ask with: then the next step finds out."""
    if looker is None:
        return True
    try:
        return looker.has_grown()
    except MemoryError:
        return True


def _look(looker: Looker, retry_s: float) -> float:
    """Whatever a look fails of, the next one comes: the host may have taken the last byte, and give it back."""
    try:
        return looker.look()
    except Exception as error:  # noqa: BLE001 - a thread that ends here would end spilling for good, and nobody would know
        with suppress(MemoryError):
            looker.missed(error)
        return max(retry_s, _RETRY_S)
