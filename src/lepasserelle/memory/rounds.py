"""Which caches go when memory is short, in which order, and when it is enough.

Not here: how one goes (`spiller`), what asks for it (`manager`, `granting`), and the marks themselves (`watermarks`). Invariants:
one thread spills at a time; a round ends at the low mark, when nothing is left, or when nothing more can go, so a meter that stays
high does not make a loop.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from lepasserelle.memory.entries import Entry
from lepasserelle.memory.events import Event, EventKind, Ring
from lepasserelle.memory.futility import Futility, Shortage
from lepasserelle.memory.overview import Overview
from lepasserelle.memory.pacing import Rest
from lepasserelle.memory.returns import Returns
from lepasserelle.memory.sampling import MemorySample
from lepasserelle.memory.spiller import CacheSpiller, Candidate, Looks, Outcome, SpillReport, spill_order
from lepasserelle.memory.statistics import heap_bytes
from lepasserelle.memory.watermarks import STALLS, Decision, Level, Marks, Readings, decide, level

_OTHERS_S: Final = 0.05
"""So long a claim waits for a spill that goes on already; then it looks again."""

_LULL_STEP_S: Final = 0.005
"""So often who waits for a lull asks whether a claim has come for which it must not wait."""

PATIENCE: Final = 3
"""So often in a row readers keep a cache from being spilled by the monitor; then they wait for it, some milliseconds."""


class _Urgency(NamedTuple):
    """Why what came back lately is not protected."""

    is_hard: bool
    """The hard mark is reached: readers are not given way either."""
    is_over: bool
    """The caches hold more than `max_cache_bytes`: a bound that somebody set is kept, whenever they came back."""

    @property
    def is_any(self) -> bool:
        return self.is_hard or self.is_over


class _Gone:
    """What one round let go of. A question that brings one of them back while the round still measures has won: that is no reason
    to let another cache go, which the same questions read. The next look judges anew.
    """

    def __init__(self) -> None:
        self._left: list[tuple[Entry, int]] = []
        self.given_back_bytes = 0
        """Measured, where that is possible."""

    def __bool__(self) -> bool:
        return bool(self._left)

    def add(self, entry: Entry, held_bytes: int, report: SpillReport) -> None:
        """One went, which held so much."""
        self._left.append((entry, max(0, held_bytes - report.moved_bytes)))
        self.given_back_bytes += report.given_back_bytes

    def back_bytes(self) -> int:
        """What came back of them since."""
        return sum(max(0, entry.cache.resident_bytes() - left_bytes) for entry, left_bytes in self._left)


class Rounds:
    """Spilling because memory is short. `acting` is held by the thread that spills, for whatever reason."""

    def __init__(
        self,
        overview: Overview,
        spiller: CacheSpiller,
        returns: Returns,
        marks: Marks,
        events: Ring[Event],
        clock: Callable[[], float],
    ) -> None:
        self._overview = overview
        self._spiller = spiller
        self._returns = returns
        self._marks = marks
        self._events = events
        self._clock = clock
        self.active: frozenset[str] = frozenset()
        """Reasons for which spilling has begun and not ended."""
        self._halfway = marks._replace(high=(marks.low + marks.high) / 2.0)
        """Where a standstill ends that began with empty caches: usage about the high mark would begin it again and again."""
        self.stands_still: EventKind | None = None
        """Why memory is short and spilling cannot help; None when it is not, or spilling does."""
        self._futility = Futility(clock)
        self._is_hard = False
        self.after_fork()

    def after_fork(self) -> None:
        """Locks of the parent are not here."""
        self.acting = threading.RLock()
        self._state = threading.Lock()
        """Guards the record of returns and the number of claims; never held while anything else is done."""
        self._claims = 0
        """Threads that want room made now."""

    def check(self, *, gives_way: bool) -> bool:
        """Spill until nothing is wanted, each cache at most once; whether anything was let go of. `gives_way`: what it does itself
        it does between questions, if they leave it room. Above the hard mark nobody is given way.
        """
        rest = Rest(self._lull if gives_way else None)
        if gives_way:
            rest.take()
        with self.acting:
            return self._round(Looks(self._overview.exact, rest), gives_way=gives_way)

    def looked(self, readings: Readings) -> bool:
        """Do what a cheap look of the monitor asks for, unless it would be what the last round did, which did not help. True when
        anything was let go of.
        """
        decision, urgency = self._judged(readings)
        if decision.spill_bytes <= 0 and not self.active and decision.missing_bytes <= 0:
            self._eased()
            return False
        short = self._shortage(decision, urgency)
        has_nothing = self.stands_still is not None and short.missing_bytes > 0 and not short.held_bytes
        if has_nothing or self._futility.rests(short):
            return False
        return self.check(gives_way=True)

    def make_room(self, missing_bytes: int, tag: str) -> bool:
        """Spill what holds `missing_bytes` of heap, if the caches hold as much; True when anything was let go of.

        Pages of files are not bound memory: a cache that only maps is left alone, as is what the claim itself is about to read. One
        that has both gives all, since it cannot be asked for the heap alone.
        """
        with self._state:
            self._claims += 1
        has_turn = self.acting.acquire(timeout=_OTHERS_S)
        with self._state:
            self._claims -= 1
        if not has_turn:
            return False
        try:
            sample, left_bytes = self._overview.exact(), missing_bytes
            for entry in self._in_order(may_disturb=True):
                heap, resident = heap_bytes(entry, sample), entry.cache.resident_bytes()
                if left_bytes > 0 and heap > 0 and not (entry.exclusive and entry.pins.is_held_here):
                    moved_bytes = self._spill(entry, left_bytes if heap == resident else resident, f"room for {tag}").moved_bytes
                    left_bytes -= min(heap, moved_bytes)
            return left_bytes < missing_bytes
        finally:
            self.acting.release()

    def came_back(self, name: str) -> bool:
        """Note that a cache comes back; whether it may be populated, or came back too often for that."""
        with self._state:
            return self._returns.reloaded(name, self._clock()).populate

    def forget(self, name: str) -> None:
        """Nothing is known of its returns any more."""
        with self._state:
            self._returns.forget(name)

    def _lull(self, most_s: float) -> float:
        """Wait until nobody reads a cache, but not for a claim that waits for this thread itself; how many seconds that took."""
        began_s = time.monotonic()
        while (left_s := most_s - (time.monotonic() - began_s)) > 0.0 and not self._claims and not self._is_hard:
            busy = next((entry for entry in self._overview.entries() if entry.pins.count), None)
            if busy is None:
                break
            busy.pins.wait_free(min(left_s, _LULL_STEP_S))
        return time.monotonic() - began_s

    def _round(self, looks: Looks, *, gives_way: bool) -> bool:
        decision, urgency = self._decided(looks.last)
        why = decision.why
        began = self._shortage(decision, urgency)
        left_bytes = decision.spill_bytes if decision.active == {STALLS} else None
        gone, young, back_bytes = _Gone(), self._young(), 0
        for entry in self._in_order(may_disturb=urgency.is_any) if decision.spill_bytes else []:
            if entry.name in young and not urgency.is_any:
                break
            if gives_way and not entry.has_to_give:
                continue
            wanted_bytes = decision.spill_bytes if left_bytes is None else left_bytes
            seen, held_bytes = looks.last, entry.cache.resident_bytes()
            report = self._spill(entry, wanted_bytes, decision.why, looks if gives_way and not urgency.is_hard else None)
            if report.moved_bytes <= 0:
                continue
            gone.add(entry, held_bytes, report)
            decision, urgency = self._decided(looks.again() if looks.last is seen else looks.last)
            if left_bytes is not None:
                left_bytes -= report.moved_bytes
            back_bytes = gone.back_bytes() if gives_way and not urgency.is_hard else 0
            if decision.spill_bytes <= back_bytes or (left_bytes is not None and left_bytes <= 0):
                break
        came_free, has_returned = gone.given_back_bytes > 0, back_bytes > 0
        is_futile = came_free and not has_returned and self._futility.ended(began, decision.missing_bytes, gone.given_back_bytes)
        self._note_standstill(decision, why, young, moved=came_free or has_returned, is_futile=is_futile)
        return came_free or has_returned

    def _spill(self, entry: Entry, target_bytes: int, why: str, gives_way: Looks | None = None) -> SpillReport:
        """Should it come back soon, that counts against the next time. What readers have kept from going `PATIENCE` times in a row
        makes them wait.
        """
        gives_way = gives_way if entry.kept_in_a_row < PATIENCE else None
        report = self._spiller.spill(entry, target_bytes, why, gives_way=gives_way)
        if report.outcome is Outcome.SPILLED:
            with self._state:
                self._returns.spilled(entry.name, self._clock())
        return report

    def _decided(self, sample: MemorySample) -> tuple[Decision, _Urgency]:
        """What to do, and whether it is so urgent that minimum residency does not protect."""
        decision, urgency = self._judged(self._overview.readings(sample))
        self.active, self._is_hard = decision.active, urgency.is_hard
        return decision, urgency

    def _judged(self, readings: Readings) -> tuple[Decision, _Urgency]:
        is_hard = level(readings, self._marks) is Level.HARD
        decision = decide(readings, self._marks, self.active)
        if self.stands_still is not None and decision.missing_bytes <= 0:
            decision = decision._replace(missing_bytes=decide(readings, self._halfway).missing_bytes)
        return decision, _Urgency(is_hard, readings.cache_bytes > readings.max_cache_bytes)

    def _shortage(self, decision: Decision, urgency: _Urgency) -> Shortage:
        young = frozenset() if urgency.is_any else self._young()
        held = [entry for entry in self._overview.entries() if entry.has_to_give and entry.name not in young]
        held_bytes = sum(entry.cache.resident_bytes() for entry in held)
        return Shortage(decision.missing_bytes, held_bytes, decision.active, urgency.is_any)

    def _in_order(self, *, may_disturb: bool) -> list[Entry]:
        """The caches that may go, the best first; those in their minimum residency only when `may_disturb`, and last."""
        entries = {entry.name: entry for entry in self._overview.entries()}
        young = self._young() & entries.keys()
        found = [entries[name] for name in self._ranked(entries[name] for name in entries.keys() - young)]
        if may_disturb:
            found += [entries[name] for name in self._ranked(entries[name] for name in young)]
        return found

    def _young(self) -> frozenset[str]:
        """The caches in their minimum residency."""
        now_s = self._clock()
        with self._state:
            return frozenset(entry.name for entry in self._overview.entries() if not self._returns.may_spill(entry.name, now_s))

    def _ranked(self, entries: Iterable[Entry]) -> list[str]:
        now_s = self._clock()
        return spill_order(
            Candidate(entry.name, entry.cache.resident_bytes(), entry.cache.reload_cost().time_ms, now_s - entry.used_s)
            for entry in entries
        )

    def _note_standstill(self, decision: Decision, why: str, young: frozenset[str], *, moved: bool, is_futile: bool) -> None:
        """Say once that memory is short and spilling does not help, not at every look: because what is left came back a moment ago,
        is being read or failed, because nothing is left, or because others hold what is missing. And once that it is over. Should
        the reason change meanwhile, the statistics say so.
        """
        if decision.missing_bytes <= 0:
            self._eased()
            return
        held = {entry.name for entry in self._overview.entries() if entry.has_to_give}
        if moved and held and not is_futile:
            return
        kind = _standstill(held, young, is_futile=is_futile)
        if self.stands_still is None:
            what = ", ".join(sorted(held)) or "caches"
            size_bytes = decision.spill_bytes if kind in {EventKind.TOO_YOUNG, EventKind.STUCK} else decision.missing_bytes
            self._events.add(Event(time.time(), kind, what, size_bytes, why))
        self.stands_still = kind

    def _eased(self) -> None:
        self._futility.over()
        if self.stands_still is not None:
            self._events.add(Event(time.time(), EventKind.EASED, "memory", 0, f"before: {self.stands_still.value}"))
        self.stands_still = None


def _standstill(held: set[str], young: frozenset[str], *, is_futile: bool) -> EventKind:
    if is_futile:
        return EventKind.FUTILE
    if not held:
        return EventKind.EXHAUSTED
    return EventKind.TOO_YOUNG if held <= young else EventKind.STUCK
