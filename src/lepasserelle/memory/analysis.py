"""The one cache of computed answers, bounded in bytes: three tiers deep (memory, store, compute), each question computed once.

An entry is named by kind, opaque key and epoch (LeIndex gives the generation), so an answer of another generation is never found.
Values are kept encoded: sizes are exact, nobody can change a cached value, and spilling only writes what is there. Not here: what
the answers are (a codec per kind is registered) and how the store keeps them. Invariants: what is held never passes the bound; an
entry that leaves memory by eviction or spill is in the store first, or is counted as lost; the store's failure never fails a
question.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Final, Generic, NamedTuple, TypeVar

import msgspec

from lepasserelle.errors import StorageError
from lepasserelle.memory.codecs import Codec, EntryStore, Kind
from lepasserelle.memory.eviction import S3Fifo
from lepasserelle.memory.flights import Flights
from lepasserelle.memory.forks import renew_after_fork
from lepasserelle.memory.protocol import CacheState, GoOn, ReloadCost, always

V = TypeVar("V")

ENTRY_BYTES: Final = 600
"""What an entry takes beside its key and payload: its name, its places in tables, and the name of one that left, which eviction
remembers. Measured on CPython 3.11 in a cache that has been full for a while (a test compares)."""

LARGEST_SHARE: Final = 4
"""An entry over such a part of the bound is not kept in memory: it would drive out everything else."""

_READ_MS: Final = 0.2
_READ_MS_PER_MB: Final = 1.0


class EntryName(NamedTuple):
    """What an entry is found by."""

    kind: str
    key: bytes
    epoch: int


class Stayed(NamedTuple):
    """Entries that a spill left in memory because the store refused them."""

    entries: int
    error: StorageError | MemoryError
    """The first refusal."""

    @property
    def told(self) -> str:
        """How many, and why, for people."""
        stay = "1 answer stays" if self.entries == 1 else f"{self.entries} answers stay"
        return f"{stay} in memory: {str(self.error) or 'memory ran out'}"


class AnalysisCounts(msgspec.Struct):
    """What happened since the cache was made."""

    hits: int = 0
    """Found in memory."""
    store_hits: int = 0
    """Found in the store, and brought back."""
    last_reload_ms: float = 0.0
    longest_reload_ms: float = 0.0
    """What bringing one back took: reading it from the store, checked, and keeping it."""
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
        self.resting = CacheState.ABSENT
        """Where the answers are when memory holds none: by the last look at the store, of whoever looks, or the last spill."""
        self.stayed: Stayed | None = None
        """What the last spill had to leave, when others went; None: nothing, or nothing went."""
        self._forget_all()
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
            was_held = self._remove(EntryName(kind.name, key, epoch)) > 0
        return (self._store is not None and self._store.discard(kind.name, key, epoch)) or was_held

    def drop_before(self, epoch: int) -> int:
        """Remove the entries of every epoch before `epoch`, which nothing asks for any more; returns how many. The store collects
        its own.
        """
        with self._lock:
            dead = [name for name in self._payloads if name.epoch < epoch]
            for name in dead:
                self._remove(name)
            self._counts.dropped += len(dead)
            return len(dead)

    def clear(self) -> None:
        """Remove everything from memory; the store keeps what it has."""
        with self._lock:
            self._forget_all()

    def names(self) -> list[EntryName]:
        """The entries in memory, in the order in which they came."""
        with self._lock:
            return list(self._payloads)

    def __len__(self) -> int:
        return len(self._payloads)

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
        """Hot while memory holds any answer: they leave one by one and come back one by one."""
        return CacheState.HOT if self._payloads else self.resting

    def files(self) -> tuple[str, ...]:
        """It maps none."""
        return ()

    def lent(self) -> tuple[str, ...]:
        """None."""
        return ()

    def resident_bytes(self) -> int:
        """Keys, payloads and what an entry takes beside them."""
        return self._held_bytes

    def reload_cost(self) -> ReloadCost:
        """Reading every entry back from the store; without one, what is spilled is computed anew, which is far dearer."""
        size_bytes, count = self._held_bytes, len(self._payloads)
        per_entry_ms = _READ_MS if self._store is not None else 50.0
        return ReloadCost(count * per_entry_ms + size_bytes / 1e6 * _READ_MS_PER_MB, size_bytes)

    def spill(self, target_bytes: int, go_on: GoOn = always) -> int:
        """Move entries to the store, in the order of eviction, until `target_bytes` are free; returns bytes freed.

        An entry that the store does not take stays, and from there on only those go that it has already, whole; raises
        `StorageError`, or `MemoryError` where there is none to write with, when nothing went; `stayed` says so when others did. A
        question that needs room waits for one entry at most.
        """
        freed_bytes = 0
        self.stayed = None
        while freed_bytes < target_bytes and go_on():
            try:
                with self._leaving:
                    size_bytes = self._spill_next()
            except (StorageError, MemoryError) as error:
                if isinstance(error, StorageError):
                    freed_bytes += self._drop_stored(target_bytes - freed_bytes, go_on)
                if not freed_bytes:
                    raise
                if freed_bytes < target_bytes and len(self):
                    self.stayed = Stayed(len(self), error.with_traceback(None))
                break
            if size_bytes is None:
                break
            freed_bytes += size_bytes
        return freed_bytes

    def reload(self, populate: bool = True) -> None:
        """Nothing to do: each entry comes back when it is asked for."""

    def after_fork(self) -> None:
        """The lock may have been held by a thread that is not here: start empty, the store still has what was spilled."""
        self._lock, self._leaving = threading.Lock(), threading.Lock()
        self._forget_all()
        self._flights.after_fork()

    # -----------------------------------------------------------------------------------------------------------------------------

    def _hit(self, name: EntryName) -> bytes | None:
        with self._lock:
            payload = self._payloads.get(name)
            if payload is not None:
                self._order.hit(name)
                self._counts.hits += 1
            return payload

    def _find(self, name: EntryName) -> bytes | None:
        payload = self._hit(name)
        if payload is None and self._store is not None:
            began_s = time.perf_counter()
            try:
                payload = self._store.get(*name)
            except StorageError:
                payload = None
            if payload is not None:
                self._keep(name, payload)
                self._came_back((time.perf_counter() - began_s) * 1000.0)
        return payload

    def _came_back(self, elapsed_ms: float) -> None:
        with self._lock:
            self._counts.store_hits += 1
            self._counts.last_reload_ms = elapsed_ms
            self._counts.longest_reload_ms = max(self._counts.longest_reload_ms, elapsed_ms)

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
                self._remove(name)
                self._counts.undecodable += 1
            return None

    def _keep(self, name: EntryName, payload: bytes) -> None:
        size_bytes = entry_bytes(name, payload)
        if size_bytes > self.bound_bytes // LARGEST_SHARE:
            with self._lock:
                self._remove(name)
                self._counts.too_large += 1
            self._offload_or_lose(name, payload)
            return
        if not self._added(name, payload, size_bytes):
            with self._leaving:
                while not (is_added := self._added(name, payload, size_bytes)) and self._evict():
                    pass
            if not is_added:
                self._offload_or_lose(name, payload)

    def _added(self, name: EntryName, payload: bytes, size_bytes: int) -> bool:
        """Whether there was room for it; an entry of the same name makes way."""
        with self._lock:
            before = self._payloads.get(name)
            before_bytes = 0 if before is None else entry_bytes(name, before)
            if self._held_bytes - before_bytes + size_bytes > self.bound_bytes:
                return False
            self._payloads[name] = payload
            self._held_bytes += size_bytes - before_bytes
            self._order.add(name, size_bytes)
            return True

    def _evict(self) -> bool:
        """Have one entry make way; False when there is none. The caller holds `_leaving`."""
        leaving = self._next_to_go()
        if leaving is None:
            return False
        with self._or_stays(leaving[0]):
            self._offload_or_lose(*leaving)
        with self._lock:
            self._counts.evicted += self._remove_if(*leaving) > 0
        return True

    def _spill_next(self) -> int | None:
        """Move one entry to the store; what that freed, None when there is none. The caller holds `_leaving`."""
        leaving = self._next_to_go()
        if leaving is None:
            return None
        with self._or_stays(leaving[0]):
            self._offload(*leaving)
        return self._spilled(*leaving)

    def _drop_stored(self, target_bytes: int, go_on: GoOn) -> int:
        """Let entries go that the store has, until `target_bytes` are free; returns bytes freed. Nothing is written."""
        freed_bytes = 0
        for name in self.names() if self._store is not None else ():
            if freed_bytes >= target_bytes or not go_on():
                break
            with self._leaving:
                payload = self._payloads.get(name)
                if payload is not None and self._store is not None and self._store.holds(*name, payload):
                    freed_bytes += self._spilled(name, payload)
        return freed_bytes

    def _spilled(self, name: EntryName, payload: bytes) -> int:
        """Take an entry out that the store has; what that freed."""
        with self._lock:
            size_bytes = self._remove_if(name, payload)
            self._counts.spilled += size_bytes > 0
            self._counts.spilled_bytes += size_bytes
            self.resting = CacheState.ABSENT if self._store is None else CacheState.COLD
        return size_bytes

    def _next_to_go(self) -> tuple[EntryName, bytes] | None:
        """The entry that leaves next; it can be read until it is removed. The caller holds `_leaving`.

        An entry for whose place there was no memory is in no queue: when those that are have gone, it has its turn.
        """
        with self._lock:
            if not len(self._order):
                for name, payload in self._payloads.items():
                    self._order.add(name, entry_bytes(name, payload))
            while (gone := self._order.evict()) is not None:
                leaving = self._payloads.get(gone[0])
                if leaving is not None:
                    return gone[0], leaving
            return None

    @contextmanager
    def _or_stays(self, name: EntryName) -> Iterator[None]:
        """Whatever ends the block early, the entry that was to leave has its place in the order again."""
        try:
            yield
        except BaseException:
            with self._lock:
                payload = self._payloads.get(name)
                if payload is not None:
                    self._order.add(name, entry_bytes(name, payload))
            raise

    def _remove(self, name: EntryName) -> int:
        """Take an entry out and say what it took; 0 when there is none. The caller holds `_lock`."""
        payload = self._payloads.pop(name, None)
        if payload is None:
            return 0
        self._order.remove(name)
        size_bytes = entry_bytes(name, payload)
        self._held_bytes -= size_bytes
        return size_bytes

    def _remove_if(self, name: EntryName, payload: bytes) -> int:
        """As `_remove`, unless another payload took its place while this one was written."""
        return self._remove(name) if self._payloads.get(name) is payload else 0

    def _forget_all(self) -> None:
        self._payloads: dict[EntryName, bytes] = {}
        self._order: S3Fifo[EntryName] = S3Fifo(self.bound_bytes)
        self._held_bytes = 0

    def _offload_or_lose(self, name: EntryName, payload: bytes) -> None:
        try:
            self._offload(name, payload)
        except (StorageError, MemoryError):
            with self._lock:
                self._counts.lost += 1

    def _offload(self, name: EntryName, payload: bytes) -> None:
        if self._store is not None:
            self._store.put(*name, payload)


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
