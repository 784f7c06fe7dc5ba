"""What the manager says of itself: records for statistics and the live view. Bytes are measured unless said otherwise."""

import os
from collections.abc import Iterable, Sequence

import msgspec

from lepasserelle.memory.cgroups import CgroupMemory
from lepasserelle.memory.entries import CacheCounts, Entry
from lepasserelle.memory.limits import Limit, least
from lepasserelle.memory.meter import MappedBytes, MemoryReading, Stall, SystemMemory
from lepasserelle.memory.protocol import CacheState
from lepasserelle.memory.reservations import Ledger
from lepasserelle.memory.sampling import MemorySample
from lepasserelle.memory.watermarks import Level, Marks, Readings, level, system_pressure


class CacheStatistics(msgspec.Struct, frozen=True):
    """One cache."""

    name: str
    state: CacheState
    resident_bytes: int
    """By its own account: mapped pages and heap."""
    file_rss_bytes: int | None
    """Resident pages of its files in this process; None where the system cannot tell."""
    file_pss_bytes: int | None
    reload_ms: float
    """What its return is expected to take."""
    reload_bytes: int
    """What its return would map or read."""
    readers: int
    """Threads that read it now."""
    counts: CacheCounts


class MemoryStatistics(msgspec.Struct, frozen=True):
    """Everything at one moment."""

    limit_bytes: int | None
    """The least limit on the process tree; None when none is known."""
    limit_name: str
    low_bytes: int | None
    high_bytes: int | None
    hard_bytes: int | None
    bound_bytes: int
    """Anonymous memory of the process tree and what is reserved. Where only resident bytes can be told, an upper bound of it."""
    is_bound_exact: bool
    """False: `bound_bytes` is such an upper bound."""
    usage_bytes: int
    """Bound memory and resident pages of the caches' files (PSS)."""
    reserved_bytes: int
    host_bytes: int
    """Anonymous memory that belongs to none of the caches: the program that opened the index, and this package's own code."""
    opened_host_bytes: int
    """Anonymous memory of the process tree when the manager was made."""
    cache_bytes: int
    """What the caches hold, by their own account; bounded by `max_cache_bytes`."""
    max_cache_bytes: int
    level: Level
    system_pressure: float | None
    system: SystemMemory | None
    stall: Stall | None
    process: MemoryReading
    limits: tuple[Limit, ...]
    cgroups: tuple[CgroupMemory, ...]
    reservations: dict[str, int]
    """Bytes still to come, by tag."""
    caches: tuple[CacheStatistics, ...]
    watch: "WatchCounts"


class WatchCounts(msgspec.Struct, frozen=True):
    """What the manager and its monitor did."""

    refusals: int
    """Reservations refused."""
    waits: int
    """Reservations that waited for memory."""
    looks: int
    """How often the monitor looked."""
    look_s: float
    """Processor seconds that its looks took, those that spilled left out."""
    monitor_runs: bool
    active: frozenset[str]
    """Causes for which spilling goes on."""
    standstill: str = ""
    """Why memory is short and spilling does not help, as the event that told it; empty when neither."""


def assemble(
    sample: MemorySample,
    readings: Readings,
    marks: Marks,
    entries: Sequence[Entry],
    ledger: Ledger,
    watch: WatchCounts,
    process: MemoryReading,
    opened_host_bytes: int,
) -> MemoryStatistics:
    """The statistics of one exact sample."""
    limit = least(readings.limits)
    low, high, hard = (None if limit is None else int(limit.limit_bytes * mark) for mark in marks)
    reserved_bytes = sum(claim.open_bytes for claim in ledger.reserved(sample.held))
    return MemoryStatistics(
        limit_bytes=None if limit is None else limit.limit_bytes,
        limit_name="" if limit is None else limit.name,
        low_bytes=low,
        high_bytes=high,
        hard_bytes=hard,
        bound_bytes=sample.held_bytes + reserved_bytes,
        is_bound_exact=sample.is_anonymous,
        usage_bytes=sample.held_bytes + reserved_bytes + sample.mapped_bytes,
        reserved_bytes=reserved_bytes,
        host_bytes=host_bytes(entries, sample),
        opened_host_bytes=opened_host_bytes,
        cache_bytes=readings.cache_bytes,
        max_cache_bytes=readings.max_cache_bytes,
        level=level(readings, marks),
        system_pressure=None if sample.system is None else system_pressure(sample.system),
        system=sample.system,
        stall=sample.stall,
        process=process,
        limits=readings.limits,
        cgroups=sample.cgroups,
        reservations=ledger.by_tag(sample.held),
        caches=tuple(_told(entry, sample) for entry in entries),
        watch=watch,
    )


def host_bytes(entries: Iterable[Entry], sample: MemorySample) -> int:
    """Anonymous memory of the tree beside what the caches hold on the heap."""
    return max(0, sample.held_bytes - sum(heap_bytes(entry, sample) for entry in tuple(entries)))


def heap_bytes(entry: Entry, sample: MemorySample) -> int:
    """What a cache holds beside pages of its files: its own account of everything without their measured pages."""
    mapped_bytes = sum(held.rss_bytes for held in _of(entry, sample).values())
    return max(0, entry.cache.resident_bytes() - mapped_bytes)


def _told(entry: Entry, sample: MemorySample) -> CacheStatistics:
    cost, held = entry.cache.reload_cost(), _of(entry, sample)
    return CacheStatistics(
        name=entry.name,
        state=entry.cache.state,
        resident_bytes=entry.cache.resident_bytes(),
        file_rss_bytes=None if sample.files is None else sum(amount.rss_bytes for amount in held.values()),
        file_pss_bytes=None if sample.files is None else sum(amount.pss_bytes for amount in held.values()),
        reload_ms=cost.time_ms,
        reload_bytes=cost.size_bytes,
        readers=entry.pins.count,
        counts=entry.counts,
    )


def _of(entry: Entry, sample: MemorySample) -> dict[str, MappedBytes]:
    """What this process holds of the entry's files."""
    known = sample.files or {}
    paths = [os.fspath(file) for file in entry.cache.files()]
    return {path: known[path] for path in paths if path in known}
