"""Readings → decision: how much to spill now, and why. Pure; nothing is read and nothing is done here.

Each cause has its own hysteresis: it begins at the high mark, goes on until the low one, and is over when the caches hold nothing.
Causes are the limits (usage), `max_cache_bytes` (what the caches hold), the system's available memory, and stalls (PSI).
Invariants: nothing is asked for below the low mark of the cause that asks; nothing is asked for when the caches are empty, so a
meter that stays high never makes a loop; between the marks a cause that has not begun asks for nothing.
"""

import enum
from collections.abc import Iterable
from typing import Final, NamedTuple

from lepasserelle.memory.limits import Limit
from lepasserelle.memory.meter import Stall, SystemMemory

CACHES: Final = "max_cache_bytes"
SYSTEM: Final = "system memory"
STALLS: Final = "memory stalls"

STALL_SOME: Final = (10.0, 1.0)
STALL_FULL: Final = (2.0, 0.2)
"""(begin, end) in percent of ten seconds. Reclaim of a busy disk cache alone stays below; see docs/decisions/081."""

STALL_STEP: Final = 4
"""Stalls say that memory is short, not by how much: one such part of the caches goes at a time."""


class Marks(NamedTuple):
    """Shares of a limit, in rising order."""

    low: float
    high: float
    hard: float


class Level(enum.Enum):
    """Where the highest usage stands among the marks."""

    CALM = "below the low mark"
    RAISED = "between the low and the high mark"
    HIGH = "above the high mark"
    HARD = "above the hard mark"


class Readings(NamedTuple):
    """What a decision is made from."""

    limits: tuple[Limit, ...]
    cache_bytes: int
    """What the caches hold in memory, by their own account: the most that spilling can free."""
    max_cache_bytes: int
    system: SystemMemory | None = None
    stall: Stall | None = None


class Decision(NamedTuple):
    """What to do now."""

    spill_bytes: int
    """How much the caches should give up; 0: nothing is to be done."""
    active: frozenset[str]
    """Causes that have begun and not ended; to be given back at the next decision."""
    why: str
    """The cause that asks for most, with its figures; empty when nothing is to be done."""
    missing_bytes: int = 0
    """How far that cause is from its low mark, also beyond what the caches hold."""


class _Demand(NamedTuple):
    cause: str
    begins: bool
    goes_on: bool
    excess_bytes: int
    why: str


def decide(readings: Readings, marks: Marks, active: frozenset[str] = frozenset()) -> Decision:
    """How much to spill for these readings, given the causes that were `active` after the decision before."""
    demands = [
        demand
        for demand in _demands(readings, marks)
        if demand.excess_bytes > 0 and (demand.begins or (demand.goes_on and demand.cause in active))
    ]
    if not demands:
        return Decision(0, frozenset(), "")
    largest = max(demands, key=lambda demand: demand.excess_bytes)
    if readings.cache_bytes <= 0:
        return Decision(0, frozenset(), "", largest.excess_bytes)
    spill_bytes = min(readings.cache_bytes, largest.excess_bytes)
    return Decision(spill_bytes, frozenset(demand.cause for demand in demands), largest.why, largest.excess_bytes)


def level(readings: Readings, marks: Marks) -> Level:
    """The highest mark that usage (for the hard one: bound memory) has reached under any limit."""
    if any(limit.bound_bytes >= limit.limit_bytes * marks.hard for limit in readings.limits):
        return Level.HARD
    share = usage_share(readings)
    if share >= marks.high:
        return Level.HIGH
    return Level.RAISED if share >= marks.low else Level.CALM


def usage_share(readings: Readings) -> float:
    """The largest share that usage has of its limit; the system's share counts likewise while the caches hold something."""
    shares = [limit.usage_bytes / limit.limit_bytes for limit in readings.limits if limit.limit_bytes > 0]
    if readings.system is not None and readings.cache_bytes > 0:
        shares.append(system_pressure(readings.system))
    return max(shares, default=0.0)


def nearness(readings: Readings, marks: Marks) -> float:
    """As `usage_share`, and the caches' share of `max_cache_bytes`, which is passed at 1 as the others are at the high mark: how
    soon to look again.
    """
    return max(usage_share(readings), marks.high * readings.cache_bytes / readings.max_cache_bytes)


def system_pressure(system: SystemMemory) -> float:
    """1 − available/total: the share of the machine's memory that is in use."""
    return 1.0 - system.available_bytes / system.total_bytes if system.total_bytes > 0 else 0.0


def bound_room_bytes(readings: Readings) -> int:
    """How much more the caches may hold by `max_cache_bytes` alone; 0 when it is passed."""
    return max(0, readings.max_cache_bytes - readings.cache_bytes)


def room_bytes(readings: Readings, mark: float) -> int:
    """How much may be brought into memory without reaching `mark` of any limit or `max_cache_bytes`; 0 when there is no room."""
    rooms = [limit.room_bytes(mark) for limit in readings.limits]
    rooms.append(bound_room_bytes(readings))
    if readings.system is not None:
        rooms.append(readings.system.available_bytes - int(readings.system.total_bytes * (1.0 - mark)))
    return max(0, min(rooms))


def _demands(readings: Readings, marks: Marks) -> Iterable[_Demand]:
    for limit in readings.limits:
        share = limit.usage_bytes / limit.limit_bytes if limit.limit_bytes > 0 else 1.0
        excess_bytes = -limit.room_bytes(marks.low)
        yield _Demand(limit.name, share >= marks.high, share > marks.low, excess_bytes, f"{limit.name}: usage at {share:.0%}")
    yield _caches(readings, marks)
    if readings.system is not None:
        yield _system(readings.system, marks)
    if readings.stall is not None:
        yield _stalls(readings.stall, readings.cache_bytes)


def _caches(readings: Readings, marks: Marks) -> _Demand:
    low_bytes = int(readings.max_cache_bytes * marks.low)
    return _Demand(
        CACHES,
        readings.cache_bytes > readings.max_cache_bytes,
        readings.cache_bytes > low_bytes,
        readings.cache_bytes - low_bytes,
        f"{CACHES}: the caches hold {readings.cache_bytes} of {readings.max_cache_bytes} bytes",
    )


def _system(system: SystemMemory, marks: Marks) -> _Demand:
    pressure = system_pressure(system)
    excess_bytes = int(system.total_bytes * (1.0 - marks.low)) - system.available_bytes
    return _Demand(SYSTEM, pressure >= marks.high, pressure > marks.low, excess_bytes, f"{SYSTEM}: {pressure:.0%} in use")


def _stalls(stall: Stall, cache_bytes: int) -> _Demand:
    return _Demand(
        STALLS,
        stall.some_percent >= STALL_SOME[0] or stall.full_percent >= STALL_FULL[0],
        stall.some_percent > STALL_SOME[1] or stall.full_percent > STALL_FULL[1],
        -(-cache_bytes // STALL_STEP),
        f"{STALLS}: tasks waited {stall.some_percent:.0f} % of the last ten seconds",
    )
