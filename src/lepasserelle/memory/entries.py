"""A heavy object as the manager knows it: the object, who reads it, when it was used, and what happened to it.

Not here: any decision. Counts are of this process since the object was registered.
"""

import threading
from typing import Final

import msgspec

from lepasserelle.memory.flights import Flights
from lepasserelle.memory.pins import Pins
from lepasserelle.memory.protocol import CacheState, HeavyObject

BARREN_GROWTH: Final = 2
"""What gave nothing back is spilled again when it holds so many times as much."""


class CacheCounts(msgspec.Struct):
    """What happened to one cache."""

    hits: int = 0
    """Uses that found it in memory."""
    misses: int = 0
    """Uses that had to bring it back, or wait for that."""
    reloads: int = 0
    reload_failures: int = 0
    last_reload_ms: float = 0.0
    longest_reload_ms: float = 0.0
    total_reload_ms: float = 0.0
    spills: int = 0
    spill_failures: int = 0
    pinned: int = 0
    """Spills that did not happen because somebody read it."""
    gave_way: int = 0
    """Spills that ended at a step because somebody wanted to read it."""
    barren: int = 0
    """Spills of the monitor, or for a claim, that moved something and gave the system nothing back: in none of the other counts."""
    given_back_bytes: int = 0
    """Sum of what spills were measured to give back of this process's memory (by the cache's own account where unmeasurable)."""


class Entry:
    """One registered object."""

    def __init__(self, cache: HeavyObject, now_s: float, *, exclusive: bool) -> None:
        self.cache: Final = cache
        self.name: Final = cache.name
        self.exclusive: Final = exclusive
        self.pins: Final = Pins()
        self.flights: Final[Flights[str, None]] = Flights()
        self.used_s = now_s
        self.kept_in_a_row = 0
        """Spills since the last whole one that readers kept from happening, or from ending."""
        self.is_paged = False
        """It was brought back without being populated; it is readable as it is."""
        self.most_bytes = 0
        """What it may hold by and by, as told when it last came back."""
        self.barren_bytes = 0
        """So much it held when a spill of all of it gave the system nothing back; 0: the last one gave something."""
        self.failure: Exception | None = None
        """Why the last spill failed."""
        self._counts = CacheCounts()
        self._lock = threading.Lock()

    @property
    def is_ready(self) -> bool:
        """Whether it can be read without bringing anything back first; what guards itself always can."""
        return not self.exclusive or self.is_paged or self.cache.state is CacheState.HOT

    @property
    def has_to_give(self) -> bool:
        """Whether it holds anything, and twice what a spill that gave nothing back moved: a few answers lie in pages of the heap
        that others use as well. Of what guards itself; pages of files are its own.
        """
        return self.cache.resident_bytes() >= max(1, BARREN_GROWTH * self.barren_bytes)

    @property
    def counts(self) -> CacheCounts:
        """A copy."""
        with self._lock:
            return msgspec.structs.replace(self._counts)

    def used(self, now_s: float, *, hit: bool) -> None:
        """Somebody reads it."""
        with self._lock:
            self.used_s = now_s
            if hit:
                self._counts.hits += 1
            else:
                self._counts.misses += 1

    def reloaded(self, elapsed_ms: float, *, paged: bool) -> None:
        """It came back."""
        with self._lock:
            self.is_paged = paged
            self._counts.reloads += 1
            self._counts.last_reload_ms = elapsed_ms
            self._counts.longest_reload_ms = max(self._counts.longest_reload_ms, elapsed_ms)
            self._counts.total_reload_ms += elapsed_ms

    def spilled(self, given_back_bytes: int) -> None:
        """It gave memory back."""
        with self._lock:
            self.is_paged = False
            self.kept_in_a_row = self.barren_bytes = 0
            self._counts.spills += 1
            self._counts.given_back_bytes += given_back_bytes

    def gave_nothing(self, held_bytes: int) -> None:
        """All that it held went, and no memory came free by it."""
        with self._lock:
            self.barren_bytes = held_bytes
            self._counts.barren += 1

    def failed(self, *, spill: int = 0, reload: int = 0, pinned: int = 0, gave_way: int = 0) -> None:
        """It did not come or go."""
        with self._lock:
            self._counts.spill_failures += spill
            self._counts.reload_failures += reload
            self._counts.pinned += pinned
            self._counts.gave_way += gave_way
            self.kept_in_a_row += pinned + gave_way

    def after_fork(self) -> None:
        """Readers and reloads of other threads are not here."""
        self._lock = threading.Lock()
        self.pins.after_fork()
        self.flights.after_fork()
