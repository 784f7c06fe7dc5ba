"""How far an indexing run is, told at most ten times a second. Shows nothing; whoever calls decides what a person sees."""

import time
from collections.abc import Callable
from typing import Final

import msgspec

INTERVAL_S: Final = 0.1
"""Shortest time between two records of one phase."""


class Progress(msgspec.Struct, frozen=True):
    """One record of an indexing run's progress."""

    phase: str
    """`wait`, `walk`, `parse`, `commit`, `build`, `publish` or `done`."""
    files_done: int = 0
    files_total: int = 0
    """Files of this phase; 0: not known."""
    symbols: int = 0
    """Definitions found so far."""
    bytes_done: int = 0
    """Source bytes read so far."""
    tree_bytes: int | None = None
    """Largest PSS sum of the process tree that was sampled so far; None where the system cannot tell."""
    message: str = ""
    """What a person should know right now, such as who holds the lock."""

    @property
    def text(self) -> str:
        """`parse 120/3000 files`."""
        return f"{self.phase} {self.files_done}/{self.files_total} files" if self.files_total else self.phase

    @property
    def share_done(self) -> float:
        """How far the whole run is, 0…1, by what the phases usually take; never falls within a run."""
        begin, end = _PHASES.get(self.phase, (0.0, 0.0))
        done = min(1.0, self.files_done / self.files_total) if self.files_total else 0.0
        return begin + (end - begin) * done


_PHASES: Final = {
    "walk": (0.01, 0.03),
    "parse": (0.03, 0.7),
    "commit": (0.7, 0.7),
    "build": (0.75, 0.75),
    "publish": (0.97, 0.97),
    "done": (1.0, 1.0),
}

ProgressListener = Callable[[Progress], None]


class Teller:
    """Passes records on to a listener: the first of each phase at once, the rest at most every `INTERVAL_S` seconds."""

    def __init__(
        self,
        listener: ProgressListener | None,
        tree_bytes: Callable[[], int | None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._listener = listener
        self._tree_bytes = tree_bytes
        self._clock = clock
        self._phase = ""
        self._next_s = float("-inf")

    def tell(
        self, phase: str, files_done: int = 0, files_total: int = 0, symbols: int = 0, bytes_done: int = 0, message: str = ""
    ) -> None:
        """Pass one record on, or drop it when the last one of its phase is too recent. A record with a message always passes."""
        now = self._clock()
        if self._listener is None or (phase == self._phase and now < self._next_s and not message):
            return
        self._phase = phase
        self._next_s = now + INTERVAL_S
        self._listener(Progress(phase, files_done, files_total, symbols, bytes_done, self._tree_bytes(), message))
