"""What memory is held, by whom, and how near every limit is: samples, caches, claims and limits seen together. Changes nothing.

Not here: how a sample is taken (`sampling`), what a limit is (`limits`), and what follows from it (`rounds`, `granting`).
"""

import os
from collections.abc import Mapping

import msgspec

from lepasserelle.memory.config import MemoryConfig
from lepasserelle.memory.entries import Entry
from lepasserelle.memory.limits import Limit, limits
from lepasserelle.memory.pacing import Pause, at_once
from lepasserelle.memory.reservations import Ledger
from lepasserelle.memory.sampling import MemorySample, Sampler
from lepasserelle.memory.statistics import heap_bytes, host_bytes
from lepasserelle.memory.watermarks import Readings, room_bytes


class Overview:
    """Of one manager. `entries` is its own table: what is registered later is seen."""

    def __init__(self, config: MemoryConfig, sampler: Sampler, ledger: Ledger, entries: Mapping[str, Entry]) -> None:
        self._config = config
        self._sampler = sampler
        self._ledger = ledger
        self._entries = entries

    def entries(self) -> tuple[Entry, ...]:
        """The caches of this moment; another thread may register or leave meanwhile."""
        return tuple(self._entries.values())

    def cheap(self) -> MemorySample:
        """What can be read in microseconds."""
        return self._sampler.cheap()

    def exact(self, pause: Pause = at_once) -> MemorySample:
        """With the pages of the caches' files; `pause` is called between the parts of it."""
        return self._sampler.exact([os.fspath(file) for entry in self.entries() for file in entry.cache.files()], pause)

    def limits(self, sample: MemorySample) -> tuple[Limit, ...]:
        """Every limit and what stands against it, claims included."""
        return limits(sample, self._config, self._ledger.reserved(sample.held))

    def readings(self, sample: MemorySample) -> Readings:
        """What the marks are compared with."""
        cache_bytes = sum(max(0, entry.cache.resident_bytes()) for entry in self.entries())
        return Readings(self.limits(sample), cache_bytes, self._config.max_cache_bytes, sample.system, sample.stall)

    def known_limits(self, *, exact: bool) -> tuple[Limit, ...]:
        """The limits by a look of now."""
        return self.limits(self.exact() if exact else self.cheap())

    def has_room(self, size_bytes: int, mark: float) -> bool:
        """Whether so much may come at once without passing `mark`. Page tables are walked, which takes a question longer than
        bringing a cache back, only where the answer hangs on them: a cheap look says too much about mapped pages, never too little.
        """
        sample = self.cheap()
        readings = self.readings(sample)
        if size_bytes <= room_bytes(readings, mark):
            return True
        at_best = readings._replace(limits=self.limits(msgspec.structs.replace(sample, mapped_bytes=0)))
        if size_bytes > room_bytes(at_best, mark):
            return False
        return size_bytes <= room_bytes(self.readings(self.exact()), mark)

    def may_come_free(self) -> bool:
        """Whether readers of other threads hold a cache that could go when they end."""
        sample = self.exact()
        return any(entry.pins.count and not entry.pins.is_held_here and heap_bytes(entry, sample) > 0 for entry in self.entries())

    def held_by(self) -> dict[str, int]:
        """Bytes by holder: claims by tag, caches by name, and `host` for the rest."""
        sample = self.exact()
        held = self._ledger.by_tag(sample.held)
        for entry in self.entries():
            held[entry.name] = held.get(entry.name, 0) + entry.cache.resident_bytes()
        held["host"] = host_bytes(self.entries(), sample)
        return {name: amount for name, amount in held.items() if amount > 0}
