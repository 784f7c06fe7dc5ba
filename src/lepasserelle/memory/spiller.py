"""Spills one cache, measures what that gave back, and says which cache should go first.

Not here: how much is to go (`watermarks`) and what a cache is. Invariants: what this process gave back (its mappings and anonymous
memory) and what the system gave back (page cache) are measured apart and never added; a cache that fails to spill stays usable and
is counted; a cache that somebody reads is not touched; a spill that gives way holds no reader up for longer than a step.
"""

import enum
import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from typing import Final, NamedTuple

import msgspec

from lepasserelle.errors import LeIndexError
from lepasserelle.memory import pages
from lepasserelle.memory.entries import Entry
from lepasserelle.memory.events import Event, EventKind, Ring
from lepasserelle.memory.meter import MappedBytes, Meter
from lepasserelle.memory.pacing import Pause, Rest, at_once
from lepasserelle.memory.protocol import CacheState, GoesInParts, GoOn, always
from lepasserelle.memory.sampling import MemorySample

BREATH_S: Final = 0.0005
"""So long a spill that gives way rests after each entry of a cache that guards itself: the processor is for questions."""

TRIM_BYTES: Final = 1 << 20
"""A spill that gives way has the C library return free heap only where the cache held so much of it: questions fault every page of
it in again, one by one."""


_NOTHING: Final = MappedBytes(0, 0)


class Outcome(enum.Enum):
    """What came of a spill."""

    SPILLED = "spilled"
    NOTHING = "nothing to give"
    PINNED = "in use"
    GAVE_WAY = "gave way to a reader"
    """Part of the pages went; the cache is readable as it was."""
    FAILED = "failed"


class SpillReport(msgspec.Struct, frozen=True):
    """One spill. Bytes are measured; None where the system cannot tell."""

    name: str
    outcome: Outcome
    state: CacheState
    """Afterwards."""
    moved_bytes: int = 0
    """What the cache let go of, by its own account; the only figure that is not measured."""
    file_bytes: int | None = None
    """Resident pages of its files that this process no longer holds: none that another `LeIndex` of it maps still."""
    file_pss_bytes: int | None = None
    """The same, shared pages divided among those that map them."""
    anonymous_bytes: int | None = None
    """Anonymous memory that this process no longer holds. Other threads allocate meanwhile; a growth counts as 0."""
    trimmed_bytes: int | None = None
    """What others had freed before and the C library still held: it went to the system in passing, and is in no other figure."""
    system_bytes: int | None = None
    """Page cache that the system as a whole no longer holds. Not to be added to what this process gave back."""
    file_left_bytes: int | None = None
    """Resident pages of its files that this process holds still, since another `LeIndex` of it maps them, or a reader came."""
    system_left_bytes: int | None = None
    """Page cache of its files that the system holds still: the way back is short, and whoever else maps them reads on."""
    elapsed_ms: float = 0.0
    error: str = ""
    """Why it failed; of answers also how many stay in memory, and why, when only others could go."""

    @property
    def process_bytes(self) -> int | None:
        """What this process gave back: pages of files and anonymous memory."""
        if self.file_bytes is None or self.anonymous_bytes is None:
            return None
        return self.file_bytes + self.anonymous_bytes

    @property
    def given_back_bytes(self) -> int:
        """The measured figure, or the cache's own account where nothing can be measured."""
        return self.moved_bytes if self.process_bytes is None else self.process_bytes


class Candidate(NamedTuple):
    """What is known of a cache that could go."""

    name: str
    resident_bytes: int
    reload_ms: float
    idle_s: float


def spill_order(candidates: Iterable[Candidate]) -> list[str]:
    """Names of those that hold something: first what frees most bytes for the least expected reload time.

    Expected is the cost of a return times the chance of one, which falls with the time since the last use (about one over the time
    waited so far): the measure of GreedyDual-Size (Cao and Irani 1997) with idle time in place of its clock. Equal worth goes by
    name.
    """
    worth = [
        (candidate.resident_bytes * (1.0 + max(0.0, candidate.idle_s)) / max(candidate.reload_ms, 0.01), candidate.name)
        for candidate in candidates
        if candidate.resident_bytes > 0
    ]
    return [name for _, name in sorted(worth, key=lambda pair: (-pair[0], pair[1]))]


class Looks:
    """The exact samples of one round of spilling: what one spill left is what the next one begins with. With rests between them,
    since walking page tables takes longer than most questions.
    """

    def __init__(self, look: Callable[[Pause], MemorySample], rest: Rest) -> None:
        self.rest: Final = rest.take
        self._look = partial(look, rest.between_parts)
        self.last = self._look()
        rest.between_parts()

    def again(self) -> MemorySample:
        """Look now."""
        self.rest()
        self.last = self._look()
        self.rest()
        return self.last


class _Held(NamedTuple):
    anonymous: int | None
    rss: int | None
    pss: int | None
    system: int | None


class CacheSpiller:
    """Carries spills out. `events` gets one event for each; `wait_s` is how long readers may take to end."""

    def __init__(
        self, meter: Meter, events: Ring[Event], wall_clock: Callable[[], float] = time.time, wait_s: float = 0.25
    ) -> None:
        self._meter = meter
        self._events = events
        self._wall_clock = wall_clock
        self._wait_s = wait_s

    def spill(
        self,
        entry: Entry,
        target_bytes: int,
        why: str,
        wait_s: float | None = None,
        *,
        cold: bool = False,
        gives_way: Looks | None = None,
        by_hand: bool = False,
    ) -> SpillReport:
        """Have a cache give back about `target_bytes`; `cold`: and the system its files. Never raises for a cache that fails: the
        report says it.

        `gives_way`: readers go first. It waits for a moment without any, and ends at the next step when one comes; measuring holds
        nobody up, so what comes back meanwhile is not in the figures. Otherwise readers that come wait until it is over.
        `by_hand`: it counts, and is told, although no memory came free by it.
        """
        wait_s = self._wait_s if wait_s is None else wait_s
        entry.failure = None
        spill = partial(self._spill, entry, target_bytes, why, cold=cold, by_hand=by_hand)
        try:
            if not entry.exclusive:
                go_on = _breathe if gives_way else always
                return spill(nullcontext(True), go_on, gives_way)
            if gives_way:
                pins = entry.pins
                moment = pins.alone(wait_s, gives_way=True)
                return spill(moment, lambda: not pins.is_wanted, gives_way)
            with entry.pins.alone(wait_s) as is_alone:
                if is_alone:
                    return spill(nullcontext(True), always)
            return self._kept(entry, why)
        except (LeIndexError, OSError, MemoryError, BufferError) as error:
            return self._failed(entry, error, why)

    def _spill(
        self,
        entry: Entry,
        target_bytes: int,
        why: str,
        moment: AbstractContextManager[bool],
        go_on: GoOn,
        looks: Looks | None = None,
        *,
        cold: bool,
        by_hand: bool,
    ) -> SpillReport:
        """Within `moment` nobody reads the cache, if it says so."""
        files = [str(file) for file in entry.cache.files()]
        lent = {str(file) for file in entry.cache.lent()}
        own = [file for file in files if file not in lent]
        rest = at_once if looks is None else looks.rest
        before = self._measure(files, own, None if looks is None else looks.last, rest)
        trims = looks is None or entry.cache.resident_bytes() - (before.rss or 0) >= TRIM_BYTES
        trimmed_bytes: int | None = 0
        if trims and entry.cache.resident_bytes() > 0:
            trimmed_bytes, before = self._trimmed(before)
            rest()
        began_s = time.perf_counter()
        steps = _Steps(go_on)
        with moment as is_alone:
            moved_bytes = entry.cache.spill(target_bytes, steps) if is_alone else 0
        if not is_alone:
            return self._kept(entry, why)
        if moved_bytes > 0 and trims:
            pages.trim_heap()
        dropped_bytes = _drop_files(own) if cold else 0
        elapsed_ms = (time.perf_counter() - began_s) * 1000.0
        if moved_bytes <= 0 and not dropped_bytes and not steps.were_stopped:
            return SpillReport(entry.name, Outcome.NOTHING, entry.cache.state, elapsed_ms=elapsed_ms)
        after = self._measure(files, own, None if looks is None else looks.again(), rest)
        report = SpillReport(
            name=entry.name,
            outcome=Outcome.GAVE_WAY if steps.were_stopped else Outcome.SPILLED,
            state=CacheState.COLD if cold and _is_cold(before, after) else entry.cache.state,
            moved_bytes=moved_bytes,
            file_bytes=_fallen(before.rss, after.rss),
            file_pss_bytes=_fallen(before.pss, after.pss),
            anonymous_bytes=_fallen(before.anonymous, after.anonymous),
            trimmed_bytes=trimmed_bytes,
            system_bytes=_fallen(before.system, after.system),
            file_left_bytes=after.rss,
            system_left_bytes=after.system,
            elapsed_ms=elapsed_ms,
        )
        self._enter(entry, report, why, by_hand=by_hand)
        return report

    def _enter(self, entry: Entry, report: SpillReport, why: str, *, by_hand: bool) -> None:
        """What a person asked for is told whatever it gave. Else what moves within the heap is no spill: pages of files that went
        and are back, since a question needed them while that was measured, were one.
        """
        if not entry.exclusive and not by_hand and report.given_back_bytes <= 0:
            entry.gave_nothing(report.moved_bytes if report.moved_bytes < TRIM_BYTES else 0)
        elif report.outcome is Outcome.GAVE_WAY:
            entry.failed(gave_way=1)
            self._tell(EventKind.GAVE_WAY, entry, report.given_back_bytes, why)
        else:
            entry.spilled(report.given_back_bytes)
            self._tell(EventKind.SPILL, entry, report.given_back_bytes, why)
        if isinstance(entry.cache, GoesInParts) and (stayed := entry.cache.stayed) is not None:
            self._tell(EventKind.STAYED, entry, entry.cache.resident_bytes(), f"{why}; {stayed.told}")

    def _failed(self, entry: Entry, error: Exception, why: str) -> SpillReport:
        """What fails, also for want of memory, is a cache that stays."""
        entry.failed(spill=1)
        entry.failure = error.with_traceback(None)
        reason = str(error) or "memory ran out"
        self._tell(EventKind.SPILL_FAILED, entry, 0, f"{why}; {reason}")
        return SpillReport(entry.name, Outcome.FAILED, entry.cache.state, error=reason)

    def _kept(self, entry: Entry, why: str) -> SpillReport:
        entry.failed(pinned=1)
        self._tell(EventKind.PINNED, entry, 0, why)
        return SpillReport(entry.name, Outcome.PINNED, entry.cache.state)

    def _trimmed(self, before: _Held) -> tuple[int | None, _Held]:
        """Have the C library give up what is free now: what it gives up after the spill is then the cache's."""
        pages.trim_heap()
        after = before._replace(anonymous=self._meter.anonymous_bytes())
        return _fallen(before.anonymous, after.anonymous), after

    def _measure(self, files: Sequence[str], own: Sequence[str], sample: MemorySample | None, rest: Callable[[], None]) -> _Held:
        """What is held now, or was when an exact `sample` was taken, which then nobody takes again; by the system of its `own`.
        Where there is no memory to measure with, that is not known: what goes is worth more than the figure.
        """
        try:
            return self._measured(files, own, sample, rest)
        except MemoryError:
            return _Held(None, None, None, None)

    def _measured(self, files: Sequence[str], own: Sequence[str], sample: MemorySample | None, rest: Callable[[], None]) -> _Held:
        if sample is None:
            anonymous = self._meter.anonymous_bytes()
            mapped = self._meter.mapped_bytes(files) if files else {}
        else:
            anonymous = sample.held.get(os.getpid()) if sample.is_anonymous else None
            mapped = None if sample.files is None else {file: sample.files.get(file, _NOTHING) for file in files}
        if not files:
            return _Held(anonymous, 0 if anonymous is not None else None, 0 if anonymous is not None else None, 0)
        cached = []
        for file in own:
            cached.append(pages.system_resident_bytes(file))
            rest()
        known = [amount for amount in cached if amount is not None]
        return _Held(
            anonymous,
            None if mapped is None else sum(held.rss_bytes for held in mapped.values()),
            None if mapped is None else sum(held.pss_bytes for held in mapped.values()),
            sum(known) if len(known) == len(cached) else None,
        )

    def _tell(self, kind: EventKind, entry: Entry, size_bytes: int, why: str) -> None:
        self._events.add(Event(self._wall_clock(), kind, entry.name, size_bytes, why))


class _Steps:
    """Whether a spill goes on, and whether it was stopped."""

    def __init__(self, go_on: GoOn) -> None:
        self._go_on = go_on
        self.were_stopped = False

    def __call__(self) -> bool:
        self.were_stopped = self.were_stopped or not self._go_on()
        return not self.were_stopped


def _breathe() -> bool:
    time.sleep(BREATH_S)
    return True


def _is_cold(before: _Held, after: _Held) -> bool:
    """Whether the system holds next to nothing of the files any more."""
    return before.system is not None and after.system is not None and after.system * 10 <= before.system


def _drop_files(files: Sequence[str]) -> int:
    """Have the system forget them, as far as it can; bytes."""
    dropped_bytes = 0
    for file in files:
        with suppress(OSError):  # a file that is gone holds nothing
            dropped_bytes += pages.drop_file_cache(file) or 0
    return dropped_bytes


def _fallen(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else max(0, before - after)
