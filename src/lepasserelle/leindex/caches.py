"""The PDG and the search index as memory management sees them: objects that hold pages, can go, and come back.

Each is of the shape of `memory.HeavyObject` and stands for whichever generation is open. Not here: when anything goes (the manager)
and how a part is opened (`generation`). Invariant: nothing of what is let go of is dirty, so letting go writes nothing.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from lepasserelle.leindex.current import CurrentGeneration
from lepasserelle.memory import CacheState, ReloadCost, pages
from lepasserelle.memory.protocol import GoOn, always

Watch = Callable[[str, Sequence[str]], None]

_COLD_PART: Final = 10
_OPEN_MS: Final = 0.5
_MAP_MS_PER_MB: Final = 0.4
"""Mapping and populating what lies in the page cache, verification included when the file has to be opened anew."""


class SegmentCache:
    """One of `generation.CACHES`."""

    def __init__(self, name: str, current: CurrentGeneration, watch: Watch | None = None) -> None:
        """`watch` is told at each spill which blocks were touched since the cache came back; with it, what comes back is mapped
        and not populated, but for `planned` blocks.
        """
        self.name: Final = name
        self._current = current
        self._resting = CacheState.WARM
        self._watch = watch
        self.planned: Sequence[str] = ()
        """Blocks to bring in when it comes back next."""
        self._is_watched = True

    @property
    def state(self) -> CacheState:
        """Hot when questions can read it, else what `look` saw last; absent when nothing is indexed or open."""
        generation = self._current.peek()
        if generation is None:
            return CacheState.ABSENT
        return CacheState.HOT if generation.is_loaded(self.name) else self._resting

    def look(self) -> CacheState:
        """The state as it is now, measured; too dear for each use. Cold: the system holds less than a tenth of the files.

        Frozen: a file is gone that has a compressed copy, as a file or in lestockage; absent: one that has none. Where the
        system does not tell, warm.
        """
        if self.state is CacheState.HOT or (generation := self._current.peek()) is None:
            return self.state
        missing = generation.missing(self.name)
        if missing:
            self._resting = CacheState.FROZEN if all(missing.values()) else CacheState.ABSENT
        else:
            held_bytes = self.system_bytes()
            is_cold = held_bytes is not None and held_bytes * _COLD_PART < self.file_bytes()
            self._resting = CacheState.COLD if is_cold else CacheState.WARM
        return self.state

    def system_bytes(self) -> int | None:
        """Pages of its segments that the system holds, for whatever process; None where it does not tell."""
        generation = self._current.peek()
        held = [pages.system_resident_bytes(path) for path in (() if generation is None else generation.paths(self.name))]
        known = [amount for amount in held if amount is not None]
        return sum(known) if len(known) == len(held) else None

    def files(self) -> tuple[Path, ...]:
        """The segments that it maps, and the table of the encoder."""
        generation = self._current.peek()
        return () if generation is None else (*generation.paths(self.name), *generation.encoder_paths(self.name))

    def lent(self) -> tuple[Path, ...]:
        """The table of the encoder: every index reads the same one."""
        generation = self._current.peek()
        return () if generation is None else generation.encoder_paths(self.name)

    def file_bytes(self) -> int:
        """Their length."""
        generation = self._current.peek()
        return 0 if generation is None else sum(ref.size_bytes for ref in generation.refs(self.name))

    def resident_bytes(self) -> int:
        """Pages in memory, and what was computed from them."""
        generation = self._current.peek()
        return 0 if generation is None else generation.resident_bytes(self.name)

    def reload_cost(self) -> ReloadCost:
        """Mapping its files again."""
        size_bytes = self.file_bytes()
        generation = self._current.peek()
        heap_bytes = 0 if generation is None else generation.heap_bytes(self.name)
        return ReloadCost(_OPEN_MS + size_bytes / 1e6 * _MAP_MS_PER_MB, size_bytes, heap_bytes)

    def spill(self, target_bytes: int, go_on: GoOn = always) -> int:
        """Let texts go that are kept unpacked, if they are enough, else all of it: half a graph answers nothing. Returns bytes by
        its own account. When `go_on` says no, pages that went come back as they are read, and the rest stays.
        """
        generation = self._current.peek()
        if generation is not None and generation.texts_suffice(self.name, target_bytes):
            return generation.let_go_texts()
        self._resting = CacheState.WARM
        self.end_period()
        return 0 if generation is None else generation.let_go(self.name, go_on)

    def reload(self, populate: bool = True) -> None:
        """Map it again. Raises `NotIndexedError`, and `DamagedSegment` for whoever asked to have it mended."""
        with self._current.newest() as generation:
            generation.load(self.name, populate=populate and self._watch is None)
            if self._watch is not None:
                self._is_watched = not self.planned
                generation.bring_in(self.planned)
                self.planned = ()

    def end_period(self) -> None:
        """Tell which blocks were touched since it came back, unless some were brought in ahead: those say nothing."""
        generation = self._current.peek()
        if self._watch is not None and self._is_watched and generation is not None and generation.is_loaded(self.name):
            touched = generation.touched_blocks(self.name)
            if touched:
                self._watch(self.name, touched)
