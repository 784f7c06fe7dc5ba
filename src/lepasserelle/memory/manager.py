"""The only actor: knows the limits, grants reservations, spills when a mark is passed, brings back what is read.

Parts: `sampling` looks, `overview` puts together what was seen, `limits` and `watermarks` judge, `returns` remembers, `rounds` says
what goes, `spiller` acts on one cache, `granting` decides on claims, `reservations` keeps the book, `monitor` is the thread,
`pacing` says how often it looks. Not here: what the caches are, and anything about code.

Invariants: bound memory and what is reserved stay under the hard mark, or the reservation is refused with `BudgetExceededError`;
one thread spills at a time; a round of spilling ends at the low mark, when nothing is left, or when nothing more can go, so a meter
that stays high does not make a loop; nobody waits without bound.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Final

from lepasserelle.errors import BudgetExceededError, LeIndexError, LimitTooLowError, StorageError, UnknownCacheError
from lepasserelle.memory import floors
from lepasserelle.memory.config import MemoryConfig
from lepasserelle.memory.entries import Entry
from lepasserelle.memory.events import Event, EventKind, EventRing, Ring
from lepasserelle.memory.forks import renew_after_fork
from lepasserelle.memory.granting import Granter
from lepasserelle.memory.limits import DATA
from lepasserelle.memory.meter import Meter
from lepasserelle.memory.monitor import CORE_SHARE, Monitor, pause_s
from lepasserelle.memory.overview import Overview
from lepasserelle.memory.pacing import NUDGES_S, Pace
from lepasserelle.memory.protocol import HeavyObject
from lepasserelle.memory.refusals import wants_descriptors, wants_memory
from lepasserelle.memory.reservations import PROCESS, Ledger, Reservation, check_claim
from lepasserelle.memory.returns import ReturnRules, Returns
from lepasserelle.memory.rounds import Rounds
from lepasserelle.memory.sampling import Sampler
from lepasserelle.memory.spiller import CacheSpiller, SpillReport
from lepasserelle.memory.statistics import MemoryStatistics, WatchCounts, assemble
from lepasserelle.memory.waking import Waker
from lepasserelle.memory.watermarks import CACHES, Marks, bound_room_bytes, nearness, room_bytes

_EVENTS: Final = 256
_GROWN_PART: Final = 4
"""The monitor looks when this process holds such a part of an allocation unit more."""

_MANUAL_WAIT_S: Final = 5.0
_COMPUTED_PART: Final = 2
"""What is computed from a cache's files takes at most such a part of them."""


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
        self.events: Final[Ring[Event]] = EventRing(_EVENTS)
        self._ledger = PROCESS if ledger is None else ledger
        self._clock = clock
        self._entries: dict[str, Entry] = {}
        self._overview = Overview(self.config, Sampler(self.meter), self._ledger, self._entries)
        self._spiller = CacheSpiller(self.meter, self.events)
        self._rounds = Rounds(self._overview, self._spiller, Returns(rules), self.marks, self.events, lambda: self._clock())
        self._chores: list[Callable[[], object]] = []
        self._pace = Pace()
        self._seen_bytes = 0
        """What this process held at the monitor's last look."""
        self._may_pass_bound = False
        """Whether what came back could pass `max_cache_bytes` when all of it is read."""
        self._opened_host_bytes = self._overview.exact().held_bytes
        unit_bytes = self.config.allocation_unit_bytes
        self._granter = Granter(
            self._overview, self._rounds.make_room, self.nudge, self._ledger, self.marks, unit_bytes, self.events, clock
        )
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
        self._rounds.forget(name)

    @contextmanager
    def use(self, name: str) -> Iterator[None]:
        """Read the cache within the block: it is brought back first if needed and not spilled before the block ends.

        One thread brings it back, the others wait for it. Raises what its `reload` raises; `UnknownCacheError`.
        """
        entry = self._entry(name)
        try:
            with entry.pins.hold():
                is_ready = entry.is_ready
                entry.used(self._clock(), hit=is_ready)
                if not is_ready:
                    entry.flights.run(name, lambda: self._bring_back(entry))
                yield
        finally:
            if entry.is_paged or self._may_pass_bound:
                self._grew()

    def reload(self, name: str) -> bool:
        """Bring a cache back now; False when it is there already. Raises as `use` does."""
        entry = self._entry(name)
        with entry.pins.hold():
            if entry.is_ready:
                return False
            entry.flights.run(name, lambda: self._bring_back(entry))
            return True

    def spill(self, name: str, target_bytes: int | None = None, why: str = "asked for", *, cold: bool = False) -> SpillReport:
        """Have one cache give back `target_bytes` (None: all), whatever the marks say. Waits for its readers some seconds.

        `cold`: have the system forget its files too, which nothing but a person asks for (docs/decisions/106). What a person has
        spilled may come back at once: that is no ping-pong. Raises `UnknownCacheError`; a cache that fails is in the report.
        """
        entry = self._entry(name)
        with self._rounds.acting:
            wanted_bytes = max(1, entry.cache.resident_bytes()) if target_bytes is None else target_bytes
            return self._spiller.spill(entry, wanted_bytes, why, _MANUAL_WAIT_S, cold=cold, by_hand=True)

    def room_bytes(self) -> int:
        """How much may be loaded ahead of need without passing the low mark; 0 when there is no room."""
        return room_bytes(self._overview.readings(self._overview.exact()), self.marks.low)

    def obstacle(self, size_bytes: int) -> str | None:
        """What so much, loaded ahead of need, would pass: `max_cache_bytes`, or `the low mark`; None when there is room for it."""
        readings = self._overview.readings(self._overview.exact())
        if size_bytes > bound_room_bytes(readings):
            return CACHES
        return "the low mark" if size_bytes > room_bytes(readings, self.marks.low) else None

    # reservations -------------------------------------------------------------------------------------------------------------

    @contextmanager
    def reserve(self, asked_bytes: int, tag: str, *, timeout_s: float = 10.0, in_children: bool = False) -> Iterator[Reservation]:
        """Claim memory before it is allocated. Grants at once, after spilling, or after waiting for others at most `timeout_s`.

        Raises `BudgetExceededError` (limit, asked, held by whom) when it does not fit under the hard mark of every limit. Say
        `settle` as it is allocated, or `covers` for child processes, so that it does not count twice. `in_children`: other
        processes take it, this one's `RLIMIT_DATA` does not bind it. When the system refuses memory within the block all the same
        (`MemoryError`), the block raises `BudgetExceededError` too. `ConfigError` for what is no amount and no time.
        """
        check_claim(asked_bytes, tag, timeout_s)
        claim = Reservation(tag, asked_bytes, in_children=in_children)
        self._granter.grant(claim, timeout_s)
        try:
            yield claim
        except MemoryError as error:
            raise self._granter.given_up(claim) from error
        finally:
            self._ledger.remove(claim)

    @contextmanager
    def typed(self, tag: str) -> Iterator[None]:
        """Have what the system refuses within the block, without a claim for it, be an error of ours: `BudgetExceededError` for
        memory, `StorageError` for descriptors.

        Raises `LimitTooLowError` where a limit on data or address space, set after this was opened, leaves too little for native
        libraries that are not loaded yet: they would end the process.
        """
        floors.load_numpy(self.meter)
        try:
            yield
        except (MemoryError, ImportError, OSError) as error:
            refused = self._told(error, tag)
            if refused is None:
                raise
            raise refused from error

    def most_bytes(self) -> int | None:
        """The largest claim for child processes that the limits could ever grant, with nothing else held; None without a limit."""
        binding = [limit.limit_bytes for limit in self._overview.known_limits(exact=False) if limit.binds_children]
        return int(min(binding) * self.marks.hard) if binding else None

    def check_floor(self, working_bytes: int | None = None) -> None:
        """Raise `LimitTooLowError` when a limit leaves less than `working_bytes` (None: one unit) beside what is held; under
        `RLIMIT_DATA` threads count too.
        """
        for limit in self._overview.known_limits(exact=True):
            needed_bytes = self.config.allocation_unit_bytes if working_bytes is None else working_bytes
            needed_bytes += floors.working_bytes() if limit.name == DATA else 0
            if limit.missing_bytes(needed_bytes, self.marks.hard) > 0:
                floor_bytes = -int(-(limit.bound_bytes + needed_bytes) // self.marks.hard)
                raise LimitTooLowError(limit.limit_bytes, floor_bytes, limit.name)

    # watching -----------------------------------------------------------------------------------------------------------------

    def check_and_spill(self) -> bool:
        """Look exactly, and spill down to the low mark when the high one is passed. True when something was really let go of."""
        return self._rounds.check(gives_way=False)

    def look(self) -> float:
        """A look of the monitor: cheap, and exact only when it gives reason to; what it spills gives way to readers. Returns the
        seconds until the next one.
        """
        began_s = time.thread_time()
        self._seen_bytes = self._held_now()
        readings = self._overview.readings(self._overview.cheap())
        moved = self._rounds.looked(readings)
        self._pace.looked(time.thread_time() - began_s, moved=moved)
        self._do_chores()
        share = nearness(readings, self.marks)
        rising = self._pace.rising(share, self._clock())
        cost_s = self._pace.cost_s
        wait_s = pause_s(share, self.marks.low, self.marks.high, self.config.check_interval_secs, cost_s, rising)
        return min(wait_s, max(NUDGES_S, cost_s / CORE_SHARE)) if self._pace.is_growing(self._clock()) else wait_s

    def has_grown(self) -> bool:
        """Whether this process holds a quarter of an allocation unit more than at the monitor's last look."""
        return self._held_now() - self._seen_bytes > self.config.allocation_unit_bytes // _GROWN_PART

    def _held_now(self) -> int:
        return sum(self.meter.quick_split() or ())

    def missed(self, error: Exception) -> None:
        """A look of the monitor failed: said among the events."""
        self._tell(EventKind.LOOK_FAILED, "monitor", 0, str(error) or type(error).__name__)

    def failure(self, name: str) -> Exception | None:
        """Why a cache's last spill failed; None when it did not."""
        return self._entry(name).failure

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
        self._rounds.after_fork()
        self._pace.after_fork()
        for entry in self._entries.values():
            entry.after_fork()
        self._monitor.after_fork(self._first_s())

    def statistics(self) -> MemoryStatistics:
        """Everything at this moment, measured exactly."""
        sample = self._overview.exact()
        readings = self._overview.readings(sample)
        pace, granter = self._pace, self._granter
        counts = WatchCounts(
            granter.refusals,
            granter.waits,
            pace.looks,
            pace.look_s,
            self._monitor.is_running,
            self._rounds.active,
            "" if (still := self._rounds.stands_still) is None else still.value,
        )
        told = tuple(self._entries.values())
        return assemble(sample, readings, self.marks, told, self._ledger, counts, self.meter.read(), self._opened_host_bytes)

    # --------------------------------------------------------------------------------------------------------------------------

    def _entry(self, name: str) -> Entry:
        try:
            return self._entries[name]
        except (KeyError, TypeError):  # no name, or nothing that could be one
            raise UnknownCacheError(name, tuple(self._entries)) from None

    def _told(self, error: Exception, tag: str) -> LeIndexError | None:
        """What to say of something that the system refused; None when it was neither memory nor descriptors."""
        if wants_descriptors(error):
            return StorageError(f"{tag}: the system gives no more open files. Close some, or raise the limit (`ulimit -n`)")
        if not wants_memory(error):
            return None
        unit_bytes = self.config.allocation_unit_bytes
        try:
            return self._granter.given_up(Reservation(tag, unit_bytes, in_children=False))
        except (MemoryError, ImportError, OSError):  # not even enough to look at the limits
            return BudgetExceededError(tag, unit_bytes, 0, "the system's, which leaves nothing to look at it with", {})

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
        has_room = self._overview.has_room(cost.size_bytes, self.marks.high)
        populate = self._rounds.came_back(entry.name) and has_room
        began_s = time.perf_counter()
        try:
            # What takes no heap asks nobody: a claim of nothing would be refused above the hard mark.
            with self.reserve(cost.heap_bytes, f"reloading {entry.name}") if cost.heap_bytes else nullcontext():
                entry.cache.reload(populate=populate)
        except (LeIndexError, OSError, MemoryError) as error:
            entry.failed(reload=1)
            self._tell(EventKind.RELOAD_FAILED, entry.name, 0, str(error))
            raise
        entry.most_bytes = cost.size_bytes + cost.size_bytes // _COMPUTED_PART + cost.heap_bytes
        self._may_pass_bound = sum(map(_most_bytes, self._overview.entries())) > self.config.max_cache_bytes
        entry.reloaded((time.perf_counter() - began_s) * 1000.0, paged=not populate)
        self._tell(EventKind.RELOAD, entry.name, cost.size_bytes, "read" if populate else "read, page by page")

    def _grew(self) -> None:
        """Have it looked at what reading brought in: pages come as they are read, after any look at their coming back."""
        self._pace.grew(self._clock())
        self.nudge()


def _most_bytes(entry: Entry) -> int:
    return entry.most_bytes if entry.exclusive else entry.cache.resident_bytes()
