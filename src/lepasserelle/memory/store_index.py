"""Which entries a store holds, as far as this process knows, in the order in which they should go, with the counts by kind.

Safe for threads; touches no file. What other processes write and remove comes in by `reconcile`. Nothing that is answered depends
on this index: a reader goes by the file's name. Invariant: `entries` and `bytes` of each kind are the sums over the names held.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from lepasserelle.memory import store_entry
from lepasserelle.memory.eviction import S3Fifo
from lepasserelle.memory.store_counts import KindCounts
from lepasserelle.memory.store_folder import Found

BLOCK_BYTES: Final = 4096
"""A file takes whole blocks of a disk; so does it of the quota."""


def in_blocks(size_bytes: int) -> int:
    """What a file of that size takes of a quota, in bytes."""
    return -(-size_bytes // BLOCK_BYTES) * BLOCK_BYTES


class StoreIndex:
    """Names and sizes, not contents."""

    def __init__(self, quota_bytes: int) -> None:
        self._order: S3Fifo[str] = S3Fifo(quota_bytes, unit_bytes=BLOCK_BYTES)
        self._counts: defaultdict[str, KindCounts] = defaultdict(KindCounts)
        self._lock = threading.Lock()

    @property
    def held_bytes(self) -> int:
        """What the entries take, in whole blocks."""
        return self._order.held_bytes

    def __len__(self) -> int:
        return len(self._order)

    def charge_bytes(self, size_bytes: int) -> int:
        """What a file of that size takes of the quota."""
        return self._order.charge_bytes(size_bytes)

    def charged_bytes(self, name: str) -> int:
        """What the entry takes now; 0 when it is not known."""
        with self._lock:
            return self.charge_bytes(self._order.size_bytes(name)) if name in self._order else 0

    def count(self, kind: str, event: str) -> None:
        """One more of `hits`, `misses`, `puts`, `evictions`, `collected`, `damaged` or `refused`."""
        with self._lock:
            counts = self._counts[kind]
            setattr(counts, event, getattr(counts, event) + 1)

    def hit(self, name: str, kind: str) -> bool:
        """The entry was used; whether that is news for the other processes."""
        with self._lock:
            self._counts[kind].hits += 1
            return self._order.hit(name) or name not in self._order

    def add(self, name: str, size_bytes: int) -> None:
        """The entry is there now, new or in the place of its former self."""
        with self._lock:
            self._add(name, size_bytes)

    def remove(self, name: str) -> None:
        """The entry is gone, whoever removed it."""
        with self._lock:
            self._remove(name)

    def evict(self) -> tuple[str, int] | None:
        """Take out the entry to go next, with its size; None when none is left."""
        with self._lock:
            victim = self._order.evict()
            if victim is not None:
                self._count_out(victim[0], victim[1])
            return victim

    def names(self, wanted: Callable[[str, int], bool]) -> list[str]:
        """Names of the entries of which `wanted(kind, epoch)` is true."""
        with self._lock:
            names = list(self._order)
        titles = ((name, store_entry.title(name)) for name in names)
        return [name for name, title in titles if title is not None and wanted(title.kind, title.epoch)]

    def reconcile(self, found: Iterable[Found]) -> None:
        """Make it what the folder holds; `found`: every entry. Those that are new here come in as they were written."""
        by_name = {item.name: item for item in found}
        with self._lock:
            for name in [name for name in self._order if name not in by_name]:
                self._remove(name)
            fresh = []
            for item in by_name.values():
                if item.name not in self._order:
                    fresh.append(item)
                elif item.size_bytes != self._order.size_bytes(item.name):
                    self._add(item.name, item.size_bytes)
            for item in sorted(fresh, key=_age):
                self._add(item.name, item.size_bytes)
            for item in by_name.values():
                if item.was_used and not self._order.was_used(item.name):
                    self._order.hit(item.name)

    def counts(self) -> dict[str, KindCounts]:
        """A copy, by kind."""
        with self._lock:
            return {kind: msgspec.structs.replace(counts) for kind, counts in sorted(self._counts.items())}

    def _add(self, name: str, size_bytes: int) -> None:
        if name in self._order:
            self._count_out(name, self._order.size_bytes(name))
        self._order.add(name, size_bytes)
        counts = self._counts[_kind(name)]
        counts.entries += 1
        counts.bytes += size_bytes

    def _remove(self, name: str) -> None:
        if name in self._order:
            self._count_out(name, self._order.remove(name))

    def _count_out(self, name: str, size_bytes: int) -> None:
        counts = self._counts[_kind(name)]
        counts.entries -= 1
        counts.bytes -= size_bytes


def _age(item: Found) -> tuple[int, str]:
    return item.written_ns, item.name


def _kind(name: str) -> str:
    return name.partition(".")[0]
