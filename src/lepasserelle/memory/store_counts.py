"""What a store holds and what happened in it, by kind: records for statistics, without behaviour."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

COUNTED: Final = ("entries", "bytes", "hits", "misses", "puts", "evictions", "collected", "damaged", "refused")


class KindCounts(msgspec.Struct):
    """One kind's share. What happened is counted since the store was opened, by this process."""

    entries: int = 0
    bytes: int = 0
    """Size of their files, which is what a reload reads."""
    hits: int = 0
    misses: int = 0
    puts: int = 0
    """Entries written; one that was there already, byte for byte, is not written again and not counted."""
    evictions: int = 0
    """Made way for others because of the quota or a full disk."""
    collected: int = 0
    """Belonged to a dead epoch."""
    damaged: int = 0
    """Were not what had been written; put aside."""
    refused: int = 0
    """Could not be kept: no room, or the folder cannot be written."""


class StoreStatistics(msgspec.Struct, frozen=True):
    """A store at one moment."""

    quota_bytes: int
    disk_bytes: int
    """What entries and unfinished files take, in whole blocks: compared with the quota."""
    kinds: Mapping[str, KindCounts]
    quarantined: int
    """Damaged files that are kept to be looked at."""
    problem: str | None
    """Why the folder could not be read or written when last tried; None: all is well."""

    @property
    def total(self) -> KindCounts:
        """The sum over all kinds."""
        return KindCounts(*(sum(getattr(counts, name) for counts in self.kinds.values()) for name in COUNTED))


class StoredEntry(NamedTuple):
    """One entry, as a listing tells of it."""

    kind: str
    epoch: int
    key: bytes
    size_bytes: int


class StoreCheck(msgspec.Struct, frozen=True):
    """What `verify` found."""

    entries: int
    """How many were read, whole."""
    bytes: int
    damaged: tuple[str, ...]
    """Names of files that were not what had been written."""
    put_aside: int
    """How many of them could be moved; the others are found out at each read."""
    unreadable: tuple[str, ...]
    """Names of files that the system would not read."""
