"""Entries that left memory, kept on disk until they are asked for: found by kind, epoch and key, checked byte for byte, bounded.

Not here: when entries leave memory and what they mean (`analysis`, `spiller`); the order in which they go (`eviction`). Invariants:

- An answer is what was put under exactly that kind, epoch and key, or None. Nothing that is answered depends on what this process
  remembers of the folder, so several processes may use one store.
- What cannot be kept is told by an error, so its owner keeps it. Where nothing can be written, nothing that is there is lost.
- A damaged entry is put aside, counted and never read again. A folder that cannot be read is an empty one, said once in a warning.

The quota binds one process exactly. Several share it by looking at the folder again whenever one has written 1/32 of the quota, so
P processes together may pass it by (P - 1)/32 of it and the entries that are just being written (docs/decisions/086).
"""

import errno
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from lepasserelle.durable.steps import step
from lepasserelle.errors import DamagedError, StorageError, StoreFullError
from lepasserelle.memory import store_entry
from lepasserelle.memory.forks import ForkedRLock, renew_after_fork
from lepasserelle.memory.store_counts import StoreCheck, StoredEntry, StoreStatistics
from lepasserelle.memory.store_dictionaries import SMALL_BYTES, Dictionaries
from lepasserelle.memory.store_entry import EntryHead
from lepasserelle.memory.store_folder import EntryFolder, Found, Listing
from lepasserelle.memory.store_index import StoreIndex
from lepasserelle.memory.store_voice import FolderVoice, number_of, refusal

MOST_ENTRIES: Final = 65_536
"""More would cost memory and listing time without end; the quota is usually reached before."""

LOOK_SHARE: Final = 32
LARGEST_FILE_BYTES: Final = 1 << 31

Wanted = Callable[[str, int], bool]
"""Whether an entry of that kind and epoch is meant."""

HandDown = Callable[[EntryHead, bytes], None]
"""Is given an entry, whole and checked, before the quota removes it. `StorageError`: it shall stay."""

_NO_SPACE: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_FULL: Final = _NO_SPACE | {errno.EFBIG}


class StaysError(StorageError):
    """An entry would have to go for something that can be done without, and nobody else takes it."""

    def __init__(self) -> None:
        super().__init__("no tier takes what would have to go")


class CacheStore:
    """The stored entries of one project. Safe for threads and for several processes; satisfies `codecs.EntryStore` by shape."""

    def __init__(
        self,
        cache_dir: Path,
        project: bytes,
        quota_bytes: int,
        hand_down: HandDown | None = None,
        *,
        voice: FolderVoice | None = None,
        writing: ForkedRLock | None = None,
        dictionaries: bool = False,
    ) -> None:
        """Touches nothing. `project`: what tells this project from others that share `cache_dir`; `quota_bytes` 0 keeps nothing;
        `hand_down`: where entries that have to go, go (`tiers`); `writing`: a lock that stores share which give to each other;
        `dictionaries`: whether they are trained.
        """
        self.quota_bytes: Final = quota_bytes
        self._hand_down = hand_down
        self._voice: Final = voice or FolderVoice()
        self._folder = EntryFolder(cache_dir, project)
        self._dictionaries = Dictionaries(self._folder, quota_bytes, trains=dictionaries)
        self._index = StoreIndex(quota_bytes)
        self._writing: Final = writing or ForkedRLock()
        self._unfinished_bytes = 0
        self._written_bytes: int | None = None
        """Since the last look at the folder; None: there was none yet."""
        self.written_bytes = 0
        """What this handle wrote, in bytes of files."""
        self._write_problem: str | None = None
        self._read_problem: str | None = None
        renew_after_fork(self)

    @property
    def path(self) -> Path:
        """The folder of this project's entries."""
        return self._folder.entries

    @property
    def home(self) -> Path:
        """The folder of this project: entries, lock, quarantine."""
        return self._folder.home

    @property
    def problem(self) -> str | None:
        """Why the folder could not be written, or read, when last tried; None: all is well."""
        return self._write_problem or self._read_problem

    # one entry -------------------------------------------------------------------------------------------------------------------

    def put(self, kind: str, key: bytes, epoch: int, payload: bytes) -> None:
        """Keep an entry, which outlives this process; the one with the same name is replaced, others may have to go.

        Raises `StoreFullError` when it does not fit in the quota or on the disk, `StorageError` when the folder cannot be written,
        and `ValueError` for a kind, key or epoch out of bounds. Then an entry of the same name is still the former one, or gone.
        """
        name, head = store_entry.file_name(kind, epoch, key), EntryHead(kind, epoch, key)
        with self._writing:
            if self._dictionaries.learn(head, payload):
                self._written_bytes = None  # it takes of the quota: look before there is written more
        data = self._dictionaries.pack(head, payload)
        with self._writing:
            if self._holds(name, head, payload, data):
                return
            try:
                self._make_room(name, len(data))
                self._write(name, data)
            except StaysError:
                self._index.count(kind, "refused")
                raise
            except StorageError as error:
                self._write_problem = str(error)
                self._index.count(kind, "refused")
                raise
            self._write_problem = None
            self._index.count(kind, "puts")
            self._index.add(name, len(data))
            self.written_bytes += len(data)
            self._written_bytes = (self._written_bytes or 0) + self._index.charge_bytes(len(data))

    def get(self, kind: str, key: bytes, epoch: int) -> bytes | None:
        """The payload, one open, one read and a check of every byte; None when there is none, or it was damaged or unreadable.

        Raises `ValueError` for a kind, key or epoch out of bounds.
        """
        name = store_entry.file_name(kind, epoch, key)
        payload = self._payload(name, EntryHead(kind, epoch, key))
        if payload is None:
            self._index.count(kind, "misses")
        elif self._index.hit(name, kind):
            self._folder.mark_used(name)
        return payload

    def stored_bytes(self, kind: str, key: bytes, epoch: int) -> int | None:
        """How much `get` would read; None when there is no such entry."""
        return self._folder.size_bytes(store_entry.file_name(kind, epoch, key))

    def holds(self, kind: str, key: bytes, epoch: int, payload: bytes) -> bool:
        """Whether exactly that is stored: every byte is read and compared. False where it cannot be read."""
        name = store_entry.file_name(kind, epoch, key)
        if self._folder.size_bytes(name) is None:
            return False
        head = EntryHead(kind, epoch, key)
        with self._writing:
            return self._holds(name, head, payload, self._dictionaries.pack(head, payload))

    def was_used(self, kind: str, key: bytes, epoch: int) -> bool:
        """Whether the entry was asked for since it was written, by whatever process."""
        return self._folder.was_used(store_entry.file_name(kind, epoch, key))

    def mark_copied(self, kind: str, key: bytes, epoch: int, copies: "CacheStore") -> None:
        """Leave for others that the entry of that name in another store is a copy of the one here."""
        self._folder.mark_copied(store_entry.file_name(kind, epoch, key), copies.path)

    def shed(self, most_bytes: int, go_on: Callable[[], bool]) -> int:
        """Let entries go in the order of eviction until they take at most `most_bytes`, or `go_on` says no; returns bytes freed.

        A put waits for one of them at most. What cannot be removed ends it.
        """
        freed_bytes = 0
        if self._written_bytes is None:
            self._look()
        with suppress(OSError, StorageError):
            while go_on():
                with self._writing:
                    evicted_bytes = self._evict() if self._index.held_bytes > most_bytes else 0
                if not evicted_bytes:
                    break
                freed_bytes += evicted_bytes
        return freed_bytes

    def discard(self, kind: str, key: bytes, epoch: int) -> bool:
        """Remove an entry; False when there is none, or it cannot be removed."""
        name = store_entry.file_name(kind, epoch, key)
        with self._writing:
            return self._folder.size_bytes(name) is not None and self._removed(name)

    # all of them -----------------------------------------------------------------------------------------------------------------

    def entries(self, kind: str | None = None) -> Iterator[StoredEntry]:
        """Every entry (of that kind), found by listing the folder; payloads are not read. A damaged one is put aside on the way."""
        self._look()
        for name in self._index.names(lambda found, _: kind is None or found == kind):
            head = self._head(name)
            if head is not None:
                yield StoredEntry(head.kind, head.epoch, head.key, self._folder.size_bytes(name) or 0)

    def files(self) -> list[Found]:
        """Every entry's file, as the folder lists it; empty when it cannot be listed."""
        return self.listing().entries

    def listing(self) -> Listing:
        """What the folder holds; nothing when it cannot be listed."""
        with suppress(OSError):
            return self._folder.listing()
        return Listing([], 0)

    def trouble(self) -> str | None:
        """As `problem`, and also what the next write would meet, as far as that can be told without one."""
        refused = None if self.problem else refusal(self._folder.root.parent)
        return self.problem if refused is None else str(self._refused(refused, "keep"))

    def collect(self, live_epochs: Collection[int], kinds: Collection[str] | None = None) -> int:
        """Remove the entries (of those kinds) of every epoch that is not in `live_epochs`; returns bytes freed.

        What cannot be removed stays until the next collection.
        """
        return self._remove_all(
            lambda kind, epoch: epoch not in live_epochs and (kinds is None or kind in kinds), "collected", "store.collected"
        )

    def clear(self) -> int:
        """Remove every entry and what lies in quarantine; returns bytes freed. Raises `StorageError` when entries must stay."""
        freed_bytes = self._remove_all(lambda _kind, _epoch: True, None, "store.cleared")
        freed_bytes += self._folder.clear_quarantine()
        if len(self._index):
            raise self._refused(PermissionError(errno.EACCES, "entries cannot be removed"), "clear")
        return freed_bytes

    def verify(self) -> StoreCheck:
        """Read every entry whole and check each byte; damaged ones are put aside and counted."""
        self._look()
        self._dictionaries.forget()  # what lies on the disk is judged
        damaged, unreadable = [], []
        entries = total_bytes = put_aside = 0
        for name in self._index.names(lambda _kind, _epoch: True):
            try:
                data = self._folder.read(name, LARGEST_FILE_BYTES)
            except OSError:
                unreadable.append(name)
                continue
            if data is None:
                continue
            entries += 1
            total_bytes += len(data)
            if not self._dictionaries.is_whole(name, data):
                damaged.append(name)
                put_aside += self._put_aside(name)
        return StoreCheck(entries, total_bytes, tuple(damaged), put_aside, tuple(unreadable))

    def statistics(self, *, look: bool = True) -> StoreStatistics:
        """What is held and what happened. Without `look`: as this process knows it, without listing the folder anew."""
        if look or self._written_bytes is None:
            self._look()
        disk_bytes = self._index.held_bytes + self._unfinished_bytes
        return StoreStatistics(self.quota_bytes, disk_bytes, self._index.counts(), self._folder.quarantined(), self.problem)

    def close(self) -> None:
        """No longer hold the folder in use. Entries stay; a later call still works."""
        with self._writing:
            self._folder.leave()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def after_fork(self) -> None:
        """A thread that is not here may have held the lock, amid a change of the index: look at the folder anew."""
        self._index = StoreIndex(self.quota_bytes)
        self._written_bytes = None

    # reading ---------------------------------------------------------------------------------------------------------------------

    def _payload(self, name: str, wanted: EntryHead) -> bytes | None:
        data = self._read(name)
        if data is None:
            return None
        try:
            head, payload = self._dictionaries.unpack(data)
        except DamagedError:
            self._put_aside(name)
            return None
        except OSError as error:
            self._warn("read", error)
            return None
        if head == wanted:
            return payload
        if not store_entry.belongs(head, name):
            self._put_aside(name)
        return None

    def _read(self, name: str) -> bytes | None:
        try:
            data = self._folder.read(name, LARGEST_FILE_BYTES)
        except OSError as error:
            self._warn("read", error)
            return None
        self._read_problem = None
        if data is None:
            self._index.remove(name)
        return data

    def _head(self, name: str) -> EntryHead | None:
        try:
            data = self._folder.read(name, store_entry.HEAD_READ_BYTES)
            if data is not None and store_entry.head_length(data) > len(data):
                data = self._folder.read(name, store_entry.head_length(data))
            if data is None:
                return None
            head = store_entry.read_head(data)
        except OSError as error:
            self._warn("read", error)
            return None
        except DamagedError:
            self._put_aside(name)
            return None
        if store_entry.belongs(head, name):
            return head
        self._put_aside(name)
        return None

    def _put_aside(self, name: str) -> bool:
        """Looks once more before: another thread or process may have written it anew meanwhile."""
        with self._writing:
            try:
                data = self._folder.read(name, LARGEST_FILE_BYTES)
                if data is None or self._dictionaries.is_whole(name, data):
                    return False
            except OSError:
                return False
            self._index.count(name.partition(".")[0], "damaged")
            moved = self._folder.put_aside(name)
            if moved:
                self._index.remove(name)
            return moved

    def _warn(self, action: str, error: OSError) -> None:
        self._read_problem = str(self._refused(error, action))
        self._voice.warn(f"{self._read_problem}. What was stored is computed anew.")

    # writing, all of it under self._writing --------------------------------------------------------------------------------------

    def _holds(self, name: str, head: EntryHead, payload: bytes, data: bytes) -> bool:
        """Whether exactly that is stored already: reading it is cheaper than writing it and waiting for the disk."""
        stored_bytes = self._folder.size_bytes(name)
        if stored_bytes != len(data) and (stored_bytes is None or len(payload) > SMALL_BYTES):
            return False
        with suppress(OSError):
            found = self._folder.read(name, stored_bytes)
            if found == data or (found is not None and self._dictionaries.is_that(found, head, payload)):
                self._index.add(name, stored_bytes)
                return True
        return False

    def _make_room(self, name: str, size_bytes: int) -> None:
        charge_bytes = self._index.charge_bytes(size_bytes)
        if charge_bytes > self.quota_bytes or size_bytes > LARGEST_FILE_BYTES:
            raise self._full(size_bytes)
        if self._written_bytes is None or self._written_bytes >= self.quota_bytes // LOOK_SHARE:
            try:
                self._learn()
            except OSError as error:
                raise self._refused(error, "list") from error
        while self._over_bytes(name, charge_bytes) > 0 or len(self._index) >= MOST_ENTRIES:
            try:
                evicted_bytes = self._evict()
            except OSError as error:
                raise self._refused(error, "remove") from error
            if not evicted_bytes:
                raise self._full(size_bytes, "others are writing; its quota")

    def _over_bytes(self, name: str, charge_bytes: int) -> int:
        held_bytes = self._index.held_bytes - self._index.charged_bytes(name) + self._unfinished_bytes
        return held_bytes + charge_bytes - self.quota_bytes

    def _evict(self) -> int:
        """Bytes freed; 0 when no entry is left. Raises `OSError` when the one to go cannot be removed, and `StorageError` when it
        shall not; it stays known.
        """
        victim = self._index.evict()
        if victim is None:
            return 0
        name, size_bytes = victim
        try:
            self._give_down(name)
            self._folder.remove(name)
        except BaseException:  # want of memory, too: what is in no queue would never go
            self._index.add(name, size_bytes)
            raise
        self._index.count(name.partition(".")[0], "evictions")
        return self._index.charge_bytes(size_bytes)

    def _give_down(self, name: str) -> None:
        """Offer an entry that goes to whoever takes it; a damaged one goes nowhere."""
        if self._hand_down is None:
            return
        try:
            data = self._folder.read(name, LARGEST_FILE_BYTES)
            entry = None if data is None else self._dictionaries.unpack(data)
        except (OSError, DamagedError):
            return
        if entry is not None:
            self._hand_down(*entry)

    def _write(self, name: str, data: bytes) -> None:
        """Tries once more after making the folder anew, or giving up as much of our own as a full disk wants. A tier gives up
        nothing: there are others for what it cannot write.
        """
        try:
            self._prepare_and_write(name, data)
        except StorageError as error:
            number = number_of(error)
            is_alone = self._hand_down is None
            if number != errno.ENOENT and not (is_alone and number in _NO_SPACE and self._gave_up(len(data))):
                raise self._failed(error, len(data)) from error
        else:
            return
        try:
            self._prepare_and_write(name, data)
        except StorageError as error:
            raise self._failed(error, len(data)) from error

    def _prepare_and_write(self, name: str, data: bytes) -> None:
        try:
            self._folder.prepare()
        except OSError as error:
            raise self._refused(error, "keep") from error
        self._folder.write(name, data)

    def _gave_up(self, size_bytes: int) -> bool:
        """Whether that much of the disk was freed, for an entry that found it full."""
        freed_bytes, wanted_bytes = 0, self._index.charge_bytes(size_bytes)
        with suppress(OSError, StorageError):
            while freed_bytes < wanted_bytes and (evicted_bytes := self._evict()):
                freed_bytes += evicted_bytes
        return freed_bytes >= wanted_bytes

    def _failed(self, error: StorageError, size_bytes: int) -> StorageError:
        cause = error.__cause__
        if number_of(error) in _FULL:
            return self._full(size_bytes, "its disk is full or limits the size of files; its quota")
        return self._refused(cause, "keep") if isinstance(cause, OSError) else error

    def _full(self, size_bytes: int, reason: str = "its quota") -> StoreFullError:
        return StoreFullError(size_bytes, self.quota_bytes, reason, self._voice.quota_setting)

    def _refused(self, error: OSError, action: str) -> StorageError:
        return StorageError(f"cannot {action} stored entries in {self._folder.home}: {self._voice.advice(error)}")

    def _look(self) -> None:
        """As `_learn`; a folder that cannot be listed stays as it was known."""
        with self._writing:
            try:
                self._learn()
            except OSError as error:
                self._warn("list", error)

    def _learn(self) -> None:
        """Learn what other processes wrote and removed, and keep the quota over all of it. Raises `OSError`."""
        listing = self._folder.listing()
        self._read_problem = None
        self._index.reconcile(listing.entries)
        self._dictionaries.reconcile(listing.dictionaries)
        self._unfinished_bytes = sum(map(self._index.charge_bytes, listing.other_bytes))
        self._written_bytes = 0
        with suppress(OSError, StorageError):
            while self._index.held_bytes > self.quota_bytes and self._evict():
                pass

    def _remove_all(self, wanted: Wanted, event: str | None, label: str) -> int:
        freed_bytes = 0
        with self._writing:
            self._look()
            for name in self._index.names(wanted):
                size_bytes = self._folder.size_bytes(name) or 0
                if self._removed(name):
                    freed_bytes += size_bytes
                    if event is not None:
                        self._index.count(name.partition(".")[0], event)
            freed_bytes += self._dictionaries.remove(wanted)
            step(label)
        return freed_bytes

    def _removed(self, name: str) -> bool:
        try:
            self._folder.remove(name)
        except OSError:
            return False
        self._index.remove(name)
        return True
