"""The only actor: knows the limits, grants reservations, spills when a mark is passed, brings back what is read.

Parts: `sampling` looks, `limits` and `watermarks` judge, `returns` remembers, `spiller` acts on one cache, `reservations` keeps the
book, `monitor` is the thread, `pacing` says how often it looks. Not here: what the caches are, and anything about code.

Invariants: bound memory and what is reserved stay under the hard mark, or the reservation is refused with `BudgetExceededError`;
one thread spills at a time; a round of spilling ends at the low mark, when nothing is left, or when nothing more can go, so a meter
that stays high does not make a loop; nobody waits without bound.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Final

import msgspec

from lepasserelle.errors import LeIndexError, LimitTooLowError
from lepasserelle.memory import floors
from lepasserelle.memory.config import MemoryConfig
from lepasserelle.memory.entries import Entry
from lepasserelle.memory.events import Event, EventKind, Ring
from lepasserelle.memory.forks import renew_after_fork
from lepasserelle.memory.granting import Granter
from lepasserelle.memory.limits import DATA, Limit, limits
from lepasserelle.memory.meter import Meter
from lepasserelle.memory.monitor import Monitor, pause_s
from lepasserelle.memory.pacing import Pace
from lepasserelle.memory.protocol import HeavyObject
from lepasserelle.memory.reservations import PROCESS, Ledger, Reservation
from lepasserelle.memory.returns import ReturnRules, Returns
from lepasserelle.memory.sampling import MemorySample, Sampler
from lepasserelle.memory.spiller import CacheSpiller, Candidate, Looks, Outcome, SpillReport, spill_order
from lepasserelle.memory.statistics import MemoryStatistics, WatchCounts, assemble, heap_bytes, host_bytes
from lepasserelle.memory.waking import Waker
from lepasserelle.memory.watermarks import (
    STALLS,
    Decision,
    Level,
    Marks,
    Readings,
    decide,
    level,
    nearness,
    room_bytes,
)

_OTHERS_S: Final = 0.05
"""So long a claim waits for a spill that goes on already; then it looks again."""

_EVENTS: Final = 256
_MANUAL_WAIT_S: Final = 5.0

PATIENCE: Final = 3
"""So often in a row readers keep a cache from being spilled by the monitor; then they wait for it, some milliseconds."""


class MemoryManager:
    """Manages the registered caches of one index within the limits of its process. Safe for threads; survives `fork`.

    `meter`, `ledger`, `rules` and the clocks are given by tests. Nothing runs by itself before `start()`.
    """

    def __init__(
        self,
        config: MemoryConfig | None = None,
        meter: Meter | None = None,
        *,
        ledger: Ledger | None = None,
        rules: ReturnRules | None = None,
        clock: Callable[[], float] = time.monotonic,
        make_waker: Callable[[], Waker] = Waker,
    ) -> None:
        self.config: Final = MemoryConfig() if config is None else config
        self.marks: Final = Marks(self.config.low_threshold, self.config.spill_threshold, self.config.hard_threshold)
        self.meter: Final = Meter() if meter is None else meter
        self.events: Final[Ring[Event]] = Ring(_EVENTS)
        self._ledger = PROCESS if ledger is None else ledger
        self._clock = clock
        self._sampler = Sampler(self.meter)
        self._returns = Returns(rules)
        self._spiller = CacheSpiller(self.meter, self.events)
        self._entries: dict[str, Entry] = {}
        self._chores: list[Callable[[], object]] = []
        self._acting = threading.RLock()
        """Held by the thread that spills."""
        self._state = threading.Lock()
        """Guards the record of returns; never held while anything else is done."""
        self._active: frozenset[str] = frozenset()
        self._is_exhausted = False
        self._pace = Pace()
        self._opened_host_bytes = self._sampler.exact().held_bytes
        unit_bytes = self.config.allocation_unit_bytes
        self._granter = Granter(self, self._ledger, self.marks, unit_bytes, self.events, clock)
        self._monitor = Monitor(self, make_waker)
        renew_after_fork(self)

    # the caches ---------------------------------------------------------------------------------------------------------------

    def register(self, cache: HeavyObject, *, exclusive: bool = True) -> None:
        """Manage `cache` from now on. `exclusive` False: it guards itself, so that readers need not end before it spills.

        Raises `ValueError` when another one has its name.
        """
        if cache.name in self._entries:
            raise ValueError(f"a cache named {cache.name!r} is registered")
        self._entries[cache.name] = Entry(cache, self._clock(), exclusive=exclusive)

    def unregister(self, name: str) -> None:
        """Manage it no longer; nothing is spilled. Does nothing when it is not registered."""
        self._entries.pop(name, None)
        with self._state:
            self._returns.forget(name)

    @contextmanager
    def use(self, name: str) -> Iterator[None]:
        """Read the cache within the block: it is brought back first if needed and not spilled before the block ends.

        One thread brings it back, the others wait for it. Raises what its `reload` raises; `KeyError` for an unknown name.
        """
        entry = self._entries[name]
        with entry.pins.hold():
            is_ready = entry.is_ready
            entry.used(self._clock(), hit=is_ready)
            if not is_ready:
                entry.flights.run(name, lambda: self._bring_back(entry))
            yield

    def reload(self, name: str) -> bool:
        """Bring a cache back now; False when it is there already. Raises as `use` does."""
        entry = self._entries[name]
        with entry.pins.hold():
            if entry.is_ready:
                return False
            entry.flights.run(name, lambda: self._bring_back(entry))
            return True

    def spill(self, name: str, target_bytes: int | None = None, why: str = "asked for", *, cold: bool = False) -> SpillReport:
        """Have one cache give back `target_bytes` (None: all), whatever the marks say. Waits for its readers some seconds.

        `cold`: have the system forget its files too, which nothing but a person asks for (docs/decisions/106). What a person has
        spilled may come back at once: that is no ping-pong.
        """
        entry = self._entries[name]
        with self._acting:
            wanted_bytes = max(1, entry.cache.resident_bytes()) if target_bytes is None else target_bytes
            return self._spiller.spill(entry, wanted_bytes, why, _MANUAL_WAIT_S, cold=cold)

    def room_bytes(self) -> int:
        """How much may be loaded ahead of need without passing the low mark; 0 when there is no room."""
        return room_bytes(self._readings(self._exact()), self.marks.low)

    # reservations -------------------------------------------------------------------------------------------------------------

    @contextmanager
    def reserve(self, asked_bytes: int, tag: str, *, timeout_s: float = 10.0, in_children: bool = False) -> Iterator[Reservation]:
        """Claim memory before it is allocated. Grants at once, after spilling, or after waiting for others at most `timeout_s`.

        Raises `BudgetExceededError` (limit, asked, held by whom) when it does not fit under the hard mark of every limit. Say
        `settle` as it is allocated, or `covers` for child processes, so that it does not count twice. `in_children`: other
        processes take it, this one's `RLIMIT_DATA` does not bind it. When the system refuses memory within the block all the same
        (`MemoryError`), the block raises `BudgetExceededError` too.
        """
        claim = Reservation(tag, max(0, asked_bytes), in_children=in_children)
        self._granter.grant(claim, timeout_s)
        try:
            yield claim
        except MemoryError as error:
            raise self._granter.given_up(claim) from error
        finally:
            self._ledger.remove(claim)

    def check_floor(self, working_bytes: int | None = None) -> None:
        """Raise `LimitTooLowError` when a limit leaves less than `working_bytes` (None: one unit) beside what is held; under
        `RLIMIT_DATA` threads count too.
        """
        for limit in self._limits(self._exact()):
            needed_bytes = self.config.allocation_unit_bytes if working_bytes is None else working_bytes
            needed_bytes += floors.working_bytes() if limit.name == DATA else 0
            if limit.missing_bytes(needed_bytes, self.marks.hard) > 0:
                floor_bytes = -int(-(limit.bound_bytes + needed_bytes) // self.marks.hard)
                raise LimitTooLowError(limit.limit_bytes, floor_bytes, limit.name)

    # watching -----------------------------------------------------------------------------------------------------------------

    def check_and_spill(self) -> bool:
        """Look exactly, and spill down to the low mark when the high one is passed. True when something was really let go of."""
        return self._check(gives_way=False)

    def look(self) -> float:
        """A look of the monitor: cheap, and exact only when it gives reason to; what it spills gives way to readers. Returns the
        seconds until the next one.
        """
        began_s = time.thread_time()
        sample = self._sampler.cheap()
        readings = self._readings(sample)
        decision = decide(readings, self.marks, self._active)
        moved = (decision.spill_bytes > 0 or bool(self._active)) and self._check(gives_way=True)
        self._pace.looked(time.thread_time() - began_s, moved=moved)
        self._do_chores()
        share = nearness(readings, self.marks)
        rising = self._pace.rising(share, self._clock())
        return pause_s(share, self.marks.low, self.marks.high, self.config.check_interval_secs, self._pace.cost_s, rising)

    def nudge(self) -> None:
        """Have the monitor look now, at most once in a while: who holds much memory need not spill itself."""
        if self._pace.is_nudge_due(self._clock()):
            self._monitor.nudge()

    def add_chore(self, chore: Callable[[], object]) -> None:
        """Have the monitor's thread call this at every look (to write the access log, say); `LeIndexError` and `OSError` of it are
        dropped.
        """
        self._chores.append(chore)

    def start(self) -> None:
        """Start the monitor, unless `auto_spill` is off. Idempotent."""
        if self.config.auto_spill:
            self._monitor.start(self._first_s())

    def stop(self) -> None:
        """Stop the monitor. Idempotent; `start` may follow."""
        self._monitor.stop()

    def after_fork(self) -> None:
        """Locks and threads of the parent are not here."""
        self._acting, self._state = threading.RLock(), threading.Lock()
        self._pace.after_fork()
        for entry in self._entries.values():
            entry.after_fork()
        self._monitor.after_fork(self._first_s())

    def statistics(self) -> MemoryStatistics:
        """Everything at this moment, measured exactly."""
        sample = self._exact()
        readings = self._readings(sample)
        pace, granter = self._pace, self._granter
        counts = WatchCounts(granter.refusals, granter.waits, pace.looks, pace.look_s, self._monitor.is_running, self._active)
        told = tuple(self._entries.values())
        return assemble(sample, readings, self.marks, told, self._ledger, counts, self.meter.read(), self._opened_host_bytes)

    # --------------------------------------------------------------------------------------------------------------------------

    def _check(self, *, gives_way: bool) -> bool:
        with self._acting:
            return self._round(self._exact(), gives_way=gives_way)

    def _files(self) -> list[str]:
        return [os.fspath(file) for entry in tuple(self._entries.values()) for file in entry.cache.files()]

    def _exact(self) -> MemorySample:
        return self._sampler.exact(self._files())

    def _limits(self, sample: MemorySample) -> tuple[Limit, ...]:
        return limits(sample, self.config, self._ledger.reserved(sample.held))

    def _cache_bytes(self) -> int:
        return sum(max(0, entry.cache.resident_bytes()) for entry in tuple(self._entries.values()))

    def _readings(self, sample: MemorySample) -> Readings:
        return Readings(self._limits(sample), self._cache_bytes(), self.config.max_cache_bytes, sample.system, sample.stall)

    def _first_s(self) -> float:
        return min(1.0, self.config.check_interval_secs)

    def _tell(self, kind: EventKind, what: str, size_bytes: int, why: str) -> None:
        self.events.add(Event(time.time(), kind, what, size_bytes, why))

    def _do_chores(self) -> None:
        for chore in tuple(self._chores):
            with suppress(LeIndexError, OSError):
                chore()

    # bringing back ------------------------------------------------------------------------------------------------------------

    def _bring_back(self, entry: Entry) -> None:
        """The caller pins it, so it cannot be spilled meanwhile. What would pass the high mark at once comes page by page."""
        if entry.is_ready:
            return
        cost = entry.cache.reload_cost()
        has_room = self._has_room(cost.size_bytes)
        with self._state:
            populate = self._returns.reloaded(entry.name, self._clock()).populate and has_room
        began_s = time.perf_counter()
        try:
            # What takes no heap asks nobody: a claim of nothing would be refused above the hard mark.
            with self.reserve(cost.heap_bytes, f"reloading {entry.name}") if cost.heap_bytes else nullcontext():
                entry.cache.reload(populate=populate)
        except (LeIndexError, OSError, MemoryError) as error:
            entry.failed(reload=1)
            self._tell(EventKind.RELOAD_FAILED, entry.name, 0, str(error))
            raise
        entry.reloaded((time.perf_counter() - began_s) * 1000.0, paged=not populate)
        self._tell(EventKind.RELOAD, entry.name, cost.size_bytes, "read" if populate else "read, page by page")
        if not has_room:
            self.nudge()

    def _has_room(self, size_bytes: int) -> bool:
        """Whether so much may come at once. Page tables are walked, which takes a question longer than bringing a cache back, only
        where the answer hangs on them: a cheap look says too much about mapped pages, never too little.
        """
        sample = self._sampler.cheap()
        readings = self._readings(sample)
        if size_bytes <= room_bytes(readings, self.marks.high):
            return True
        at_best = readings._replace(limits=self._limits(msgspec.structs.replace(sample, mapped_bytes=0)))
        if size_bytes > room_bytes(at_best, self.marks.high):
            return False
        return size_bytes <= room_bytes(self._readings(self._exact()), self.marks.high)

    # spilling -----------------------------------------------------------------------------------------------------------------

    def _spill(self, entry: Entry, target_bytes: int, why: str, gives_way: Looks | None = None) -> SpillReport:
        """Spill because memory is short: should it come back soon, that counts against the next time. What readers have kept from
        going `PATIENCE` times in a row makes them wait.
        """
        gives_way = gives_way if entry.kept_in_a_row < PATIENCE else None
        report = self._spiller.spill(entry, target_bytes, why, gives_way=gives_way)
        if report.outcome is Outcome.SPILLED:
            with self._state:
                self._returns.spilled(entry.name, self._clock())
        return report

    def _round(self, sample: MemorySample, *, gives_way: bool) -> bool:
        """Spill until nothing is wanted, each cache at most once. The caller holds `_acting`. Above the hard mark nobody is given
        way.
        """
        decision, may_disturb = self._decided(sample)
        left_bytes = decision.spill_bytes if decision.active == {STALLS} else None
        moved, looks = False, Looks(sample, self._exact)
        for entry in self._in_order(may_disturb=may_disturb) if decision.spill_bytes else []:
            wanted_bytes = decision.spill_bytes if left_bytes is None else left_bytes
            seen = looks.last
            report = self._spill(entry, wanted_bytes, decision.why, looks if gives_way and not may_disturb else None)
            if report.moved_bytes <= 0:
                continue
            moved = True
            decision, _ = self._decided(looks.again() if looks.last is seen else looks.last)
            if left_bytes is not None:
                left_bytes -= report.moved_bytes
            if not decision.spill_bytes or (left_bytes is not None and left_bytes <= 0):
                break
        self._note_exhaustion(decision, moved=moved)
        return moved

    def _decided(self, sample: MemorySample) -> tuple[Decision, bool]:
        """What to do, and whether it is so urgent that minimum residency does not protect."""
        readings = self._readings(sample)
        decision = decide(readings, self.marks, self._active)
        self._active = decision.active
        return decision, level(readings, self.marks) is Level.HARD

    def _in_order(self, *, may_disturb: bool) -> list[Entry]:
        """The caches that may go, the best first; those in their minimum residency only when `may_disturb`, and last."""
        now_s = self._clock()
        entries = {entry.name: entry for entry in tuple(self._entries.values())}
        with self._state:
            free = {name for name in entries if self._returns.may_spill(name, now_s)}
        found = [entries[name] for name in self._ranked(entries[name] for name in free)]
        if may_disturb:
            found += [entries[name] for name in self._ranked(entries[name] for name in entries.keys() - free)]
        return found

    def _ranked(self, entries: Iterable[Entry]) -> list[str]:
        now_s = self._clock()
        return spill_order(
            Candidate(entry.name, entry.cache.resident_bytes(), entry.cache.reload_cost().time_ms, now_s - entry.used_s)
            for entry in entries
        )

    def _note_exhaustion(self, decision: Decision, *, moved: bool) -> None:
        """Say once that memory is short and the caches have nothing that may go; not at every look."""
        is_exhausted = decision.spill_bytes > 0 and not moved
        if is_exhausted and not self._is_exhausted:
            self._tell(EventKind.EXHAUSTED, "caches", decision.spill_bytes, decision.why)
        self._is_exhausted = is_exhausted

    # what granting asks -------------------------------------------------------------------------------------------------------

    def known_limits(self, *, exact: bool) -> tuple[Limit, ...]:
        """Every limit and what stands against it now, claims included."""
        return self._limits(self._exact() if exact else self._sampler.cheap())

    def make_room(self, missing_bytes: int, tag: str) -> bool:
        """Spill what holds `missing_bytes` of heap, if the caches hold as much; True when anything was let go of.

        Pages of files are not bound memory: a cache that only maps is left alone. One that has both gives all, since it cannot be
        asked for the heap alone.
        """
        if not self._acting.acquire(timeout=_OTHERS_S):
            return False
        try:
            sample, left_bytes = self._exact(), missing_bytes
            for entry in self._in_order(may_disturb=True):
                heap, resident = heap_bytes(entry, sample), entry.cache.resident_bytes()
                if left_bytes > 0 and heap > 0:
                    moved_bytes = self._spill(entry, left_bytes if heap == resident else resident, f"room for {tag}").moved_bytes
                    left_bytes -= min(heap, moved_bytes)
            return left_bytes < missing_bytes
        finally:
            self._acting.release()

    def may_come_free(self) -> bool:
        """Whether readers of other threads hold a cache that could go when they end."""
        sample = self._exact()
        return any(
            entry.pins.count and not entry.pins.is_held_here and heap_bytes(entry, sample) > 0
            for entry in tuple(self._entries.values())
        )

    def held_by(self) -> dict[str, int]:
        """Bytes by holder: claims by tag, caches by name, and `host` for the rest."""
        sample = self._exact()
        held = self._ledger.by_tag(sample.held)
        for entry in tuple(self._entries.values()):
            held[entry.name] = held.get(entry.name, 0) + entry.cache.resident_bytes()
        held["host"] = host_bytes(self._entries.values(), sample)
        return {name: amount for name, amount in held.items() if amount > 0}
