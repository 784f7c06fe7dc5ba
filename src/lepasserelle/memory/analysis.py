"""The one cache of computed answers, bounded in bytes: three tiers deep (memory, store, compute), each question computed once.

An entry is named by kind, opaque key and epoch (LeIndex gives the generation), so an answer of another generation is never found.
Values are kept encoded: sizes are exact, nobody can change a cached value, and spilling only writes what is there. Not here: what
the answers are (a codec per kind is registered) and how the store keeps them. Invariants: what is held never passes the bound; an
entry that leaves memory by eviction or spill is in the store first, or is counted as lost; the store's failure never fails a
question.
"""

import sys
import threading
from collections.abc import Callable, Iterator, MutableMapping
from typing import Final, Generic, NamedTuple, TypeVar

import msgspec

from lepasserelle.errors import StorageError
from lepasserelle.memory.codecs import Codec, EntryStore, Kind
from lepasserelle.memory.flights import Flights
from lepasserelle.memory.forks import renew_after_fork
from lepasserelle.memory.protocol import CacheState, ReloadCost
from lepasserelle.memory.sieve import Sieve

V = TypeVar("V")

ENTRY_BYTES: Final = 232
"""What an entry takes beside its key and payload: node, name and places in tables, measured on CPython 3.11 (a test compares)."""

LARGEST_SHARE: Final = 4
"""An entry over such a part of the bound is not kept in memory: it would drive out everything else."""

_READ_MS: Final = 0.2
_READ_MS_PER_MB: Final = 1.0


class EntryName(NamedTuple):
    """What an entry is found by."""

    kind: str
    key: bytes
    epoch: int


class AnalysisCounts(msgspec.Struct):
    """What happened since the cache was made."""

    hits: int = 0
    """Found in memory."""
    store_hits: int = 0
    """Found in the store, and brought back."""
    misses: int = 0
    """Computed."""
    evicted: int = 0
    """Left memory because the bound was reached."""
    spilled: int = 0
    spilled_bytes: int = 0
    """Left memory because memory was wanted, by size in memory."""
    too_large: int = 0
    """Not kept in memory because of their size."""
    lost: int = 0
    """Left memory and could not be kept in the store."""
    dropped: int = 0
    """Belonged to a dead generation."""
    undecodable: int = 0
    """Found, but not understood by their codec; computed anew."""


class AnalysisCache:
    """The answers in memory, with the store behind them. Safe for threads; satisfies `HeavyObject` by shape."""

    def __init__(self, bound_bytes: int, store: EntryStore | None = None, name: str = "analysis") -> None:
        self.name: Final = name
        self.bound_bytes: Final = bound_bytes
        self._store = store
        self._entries: Sieve[EntryName, bytes] = Sieve()
        self._lock = threading.Lock()
        self._leaving = threading.Lock()
        """Held while entries leave, so that one is written once."""
        self._flights: Flights[EntryName, bytes] = Flights()
        self._counts = AnalysisCounts()
        renew_after_fork(self)

    def register(self, kind: str, codec: Codec[V]) -> Kind[V]:
        """Say how entries of `kind` become bytes; what is given back names the kind from then on."""
        return Kind(kind, codec)

    def mapping(self, kind: Kind[V], epoch: int) -> "Answers[V]":
        """The entries of one kind and epoch as a mapping from key to value; what query and graph are given."""
        return Answers(self, kind, epoch)

    def get(self, kind: Kind[V], key: bytes, epoch: int) -> V | None:
        """The value in memory or in the store, a fresh object each time; None when it is in neither."""
        name = EntryName(kind.name, key, epoch)
        payload = self._find(name)
        found = None if payload is None else self._decoded(name, kind, payload)
        return None if found is None else found[0]

    def put(self, kind: Kind[V], key: bytes, epoch: int, value: V) -> None:
        """Keep a value."""
        self._keep(EntryName(kind.name, key, epoch), kind.codec.encode(value))

    def get_or_compute(self, kind: Kind[V], key: bytes, epoch: int, compute: Callable[[], V]) -> V:
        """The value, computed by one thread when nobody has it; the others that ask meanwhile get its result.

        Raises what `compute` raises; nothing is kept then.
        """
        name = EntryName(kind.name, key, epoch)
        payload = self._hit(name)
        if payload is None:
            payload = self._flights.run(name, lambda: self._found_or_made(name, kind, compute))
        found = self._decoded(name, kind, payload)
        if found is not None:
            return found[0]
        value = compute()
        self._keep(name, kind.codec.encode(value))
        return value

    def discard(self, kind: Kind[V], key: bytes, epoch: int) -> bool:
        """Remove an entry from memory and store; False when it was in neither."""
        with self._lock:
            was_held = self._entries.remove(EntryName(kind.name, key, epoch))
        return (self._store is not None and self._store.discard(kind.name, key, epoch)) or was_held

    def drop_before(self, epoch: int) -> int:
        """Remove the entries of every epoch before `epoch`, which nothing asks for any more; returns how many. The store collects
        its own.
        """
        with self._lock:
            dead = [name for name in self._entries.keys() if name.epoch < epoch]  # noqa: SIM118  # not a mapping
            for name in dead:
                self._entries.remove(name)
            self._counts.dropped += len(dead)
            return len(dead)

    def clear(self) -> None:
        """Remove everything from memory; the store keeps what it has."""
        with self._lock:
            self._entries = Sieve()

    def names(self) -> list[EntryName]:
        """The entries in memory, the newest first."""
        with self._lock:
            return list(self._entries.keys())

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def counts(self) -> AnalysisCounts:
        """A copy of what was counted."""
        with self._lock:
            return msgspec.structs.replace(self._counts)

    @property
    def shared(self) -> int:
        """Questions that took the answer another thread was computing."""
        return self._flights.shared

    # what the manager asks -----------------------------------------------------------------------------------------------------

    @property
    def state(self) -> CacheState:
        """Always hot: entries leave one by one and come back one by one."""
        return CacheState.HOT

    def files(self) -> tuple[str, ...]:
        """It maps none."""
        return ()

    def resident_bytes(self) -> int:
        """Keys, payloads and what an entry takes beside them."""
        return self._entries.total_bytes

    def reload_cost(self) -> ReloadCost:
        """Reading every entry back from the store; without one, what is spilled is computed anew, which is far dearer."""
        size_bytes, count = self._entries.total_bytes, len(self._entries)
        per_entry_ms = _READ_MS if self._store is not None else 50.0
        return ReloadCost(count * per_entry_ms + size_bytes / 1e6 * _READ_MS_PER_MB, size_bytes)

    def spill(self, target_bytes: int) -> int:
        """Move entries to the store, those that SIEVE would evict first, until `target_bytes` are free; returns bytes freed.

        An entry that the store does not take stays, and the spill ends there; raises `StorageError` when it was the first.
        """
        freed_bytes = 0
        with self._leaving:
            while freed_bytes < target_bytes:
                with self._lock:
                    victim = self._entries.victim()
                if victim is None:
                    break
                try:
                    self._offload(victim.key, victim.value)
                except StorageError:
                    if not freed_bytes:
                        raise
                    break
                with self._lock:
                    if self._entries.remove(victim.key):
                        freed_bytes += victim.size_bytes
                        self._counts.spilled += 1
                        self._counts.spilled_bytes += victim.size_bytes
        return freed_bytes

    def reload(self, populate: bool = True) -> None:
        """Nothing to do: each entry comes back when it is asked for."""

    def after_fork(self) -> None:
        """The lock may have been held by a thread that is not here: start empty, the store still has what was spilled."""
        self._lock, self._leaving = threading.Lock(), threading.Lock()
        self._entries = Sieve()
        self._flights.after_fork()

    # -----------------------------------------------------------------------------------------------------------------------------

    def _hit(self, name: EntryName) -> bytes | None:
        with self._lock:
            payload = self._entries.get(name)
            self._counts.hits += payload is not None
            return payload

    def _find(self, name: EntryName) -> bytes | None:
        payload = self._hit(name)
        if payload is None and self._store is not None:
            try:
                payload = self._store.get(name.kind, name.key, name.epoch)
            except StorageError:
                payload = None
            if payload is not None:
                with self._lock:
                    self._counts.store_hits += 1
                self._keep(name, payload)
        return payload

    def _found_or_made(self, name: EntryName, kind: Kind[V], compute: Callable[[], V]) -> bytes:
        """Looks once more, since the answer may have come between the caller's look and its flight."""
        payload = self._find(name)
        if payload is None:
            with self._lock:
                self._counts.misses += 1
            payload = kind.codec.encode(compute())
            self._keep(name, payload)
        return payload

    def _decoded(self, name: EntryName, kind: Kind[V], payload: bytes) -> tuple[V] | None:
        """The value, boxed because it may be None; None when the payload is not understood, which is then removed."""
        try:
            return (kind.codec.decode(payload),)
        except (ValueError, msgspec.DecodeError):
            with self._lock:
                self._entries.remove(name)
                self._counts.undecodable += 1
            return None

    def _keep(self, name: EntryName, payload: bytes) -> None:
        size_bytes = entry_bytes(name, payload)
        if size_bytes > self.bound_bytes // LARGEST_SHARE:
            with self._lock:
                self._entries.remove(name)
                self._counts.too_large += 1
            self._offload_or_lose(name, payload)
            return
        if not self._added(name, payload, size_bytes):
            with self._leaving:
                while not self._added(name, payload, size_bytes):
                    self._evict()

    def _added(self, name: EntryName, payload: bytes, size_bytes: int) -> bool:
        """Whether there was room for it; an entry of the same name makes way."""
        with self._lock:
            self._entries.remove(name)
            if self._entries.total_bytes + size_bytes > self.bound_bytes:
                return False
            self._entries.add(name, payload, size_bytes)
            return True

    def _evict(self) -> None:
        with self._lock:
            victim = self._entries.victim()
        if victim is not None:
            self._offload_or_lose(victim.key, victim.value)
            with self._lock:
                self._counts.evicted += self._entries.remove(victim.key)

    def _offload_or_lose(self, name: EntryName, payload: bytes) -> None:
        try:
            self._offload(name, payload)
        except StorageError:
            with self._lock:
                self._counts.lost += 1

    def _offload(self, name: EntryName, payload: bytes) -> None:
        if self._store is not None:
            self._store.put(name.kind, name.key, name.epoch, payload)


class Answers(MutableMapping[bytes, V], Generic[V]):
    """One kind and epoch of an `AnalysisCache` as a mapping. Length and iteration tell of memory only."""

    def __init__(self, cache: AnalysisCache, kind: Kind[V], epoch: int) -> None:
        self._cache = cache
        self.kind: Final = kind
        self.epoch: Final = epoch

    def compute(self, key: bytes, compute: Callable[[], V]) -> V:
        """The value of `key`, computed once when nobody has it."""
        return self._cache.get_or_compute(self.kind, key, self.epoch, compute)

    def __getitem__(self, key: bytes) -> V:
        value = self._cache.get(self.kind, key, self.epoch)
        if value is None:
            raise KeyError(key)
        return value

    def __setitem__(self, key: bytes, value: V) -> None:
        self._cache.put(self.kind, key, self.epoch, value)

    def __delitem__(self, key: bytes) -> None:
        if not self._cache.discard(self.kind, key, self.epoch):
            raise KeyError(key)

    def __iter__(self) -> Iterator[bytes]:
        return (name.key for name in self._cache.names() if name.kind == self.kind.name and name.epoch == self.epoch)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def entry_bytes(name: EntryName, payload: bytes) -> int:
    """What an entry takes in memory."""
    return sys.getsizeof(payload) + sys.getsizeof(name.key) + ENTRY_BYTES
