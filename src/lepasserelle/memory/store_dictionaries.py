"""Trained zstd dictionaries for small stored entries: what many of one kind have in common is stored once. Off unless asked for.

    entries-1/<kind>.<epoch>.<BLAKE2b-160 of the dictionary>.dict    a frame: kind, epoch, payload = the dictionary

Not here: how an entry names one (`store_entry`), and the quota. Invariants: a dictionary belongs to the entries of one kind and
epoch, is trained on these alone and goes with them; it is on the device, whole, before an entry names it, by what it consists of,
so another one is never taken for it; an entry whose dictionary is gone or damaged is a damaged entry, which is computed anew. All
of a folder are bounded, on disk by `QUOTA_SHARE` and `MOST_DICTIONARIES`, in memory by `MOST_KNOWN`. What is stored with
dictionaries is read by everybody, also where none are made.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from typing import Final

import zstandard

from lepasserelle.durable import frame
from lepasserelle.durable.steps import step
from lepasserelle.errors import DamagedError, StorageError
from lepasserelle.memory import store_entry
from lepasserelle.memory.store_entry import Dictionary, EntryHead, EntryTitle
from lepasserelle.memory.store_folder import EntryFolder, Found

SMALL_BYTES: Final = 32 * 1024
"""Larger entries have enough in common with themselves."""

DICTIONARY_BYTES: Final = 16 * 1024
SAMPLES: Final = 64
"""So many small entries of a kind and epoch are stored before one is trained, a power of two; and twice as many each time before
that is tried again.
"""

MOST_SAMPLE_BYTES: Final = 512 * 1024
"""Training takes 15 ms of a processor for so much."""

QUOTA_SHARE: Final = 8
"""A quota of less than so many dictionaries has none, and all of a folder take at most such a part of it."""

MOST_DICTIONARIES: Final = 64
"""Of one folder, whatever the quota: a megabyte. Kinds are few, and generations go."""

MOST_KNOWN: Final = 16
"""So many are kept in memory, a quarter of a megabyte; reading one again takes 0.1 ms."""

WORTH: Final = 0.9
"""One is kept that makes what it was not trained on so much smaller at least."""

_SEGMENT_BYTES: Final = 256
_COMMON_BYTES: Final = 8
"""Parameters k and d of the training (COVER; Collet, zstd 1.5, `zdict.h`): given, so that nothing is searched for, which takes four
times as long and gained 1 % on results."""


class Dictionaries:
    """Those of one folder of entries. What changes it is called by one thread at a time (the store's writer)."""

    def __init__(self, folder: EntryFolder, quota_bytes: int, *, trains: bool = False) -> None:
        self._folder = folder
        self._most = min(MOST_DICTIONARIES, quota_bytes // (DICTIONARY_BYTES * QUOTA_SHARE)) if trains else 0
        self._trains = self._most > 0
        self._known: dict[str, Dictionary] = {}
        self._current: dict[EntryTitle, str] = {}
        """Which one new entries are written with."""
        self._stored: Counter[EntryTitle] = Counter()

    # entries ------------------------------------------------------------------------------------------------------------------

    def pack(self, head: EntryHead, payload: bytes) -> bytes:
        """As `store_entry.pack`, with the dictionary of that kind and epoch when there is one and the payload is small."""
        name = self._current.get(EntryTitle(head.kind, head.epoch)) if self._trains and len(payload) <= SMALL_BYTES else None
        dictionary = None
        if name is not None:
            self._known.pop(name, None)  # another process may have cleared the folder, and the disk may have damaged it
            with suppress(OSError, DamagedError):
                dictionary = self._read(name)
        return store_entry.pack(head, payload, dictionary)

    def is_that(self, data: bytes, head: EntryHead, payload: bytes) -> bool:
        """Whether a small entry's file says the same, with whatever dictionary, or none, it was written. Raises `OSError`."""
        if len(payload) > SMALL_BYTES:
            return False
        with suppress(DamagedError, MemoryError):
            return self.unpack(data) == (head, payload)
        return False

    def forget(self) -> None:
        """Read dictionaries anew when they are needed next."""
        self._known.clear()

    def unpack(self, data: bytes) -> tuple[EntryHead, bytes]:
        """As `store_entry.unpack`. Raises `OSError` when the dictionary cannot be read."""
        return store_entry.unpack(data, self._read)

    def is_whole(self, name: str, data: bytes) -> bool:
        """Whether that file is what was written under that name, and can be read. Raises `OSError` as `unpack`."""
        try:
            head, body = store_entry.check(data)
            wanted = store_entry.dictionary_name(head, body)
            if wanted is not None:
                self._read(wanted)
        except DamagedError:
            return False
        return store_entry.belongs(head, name)

    # dictionaries -------------------------------------------------------------------------------------------------------------

    def reconcile(self, found: Iterable[Found]) -> None:
        """Use what the folder holds, whoever wrote it."""
        titles = [(store_entry.dictionary_title(one.name), one.name) for one in found]
        self._current = {title: name for title, name in sorted(titles, key=lambda pair: pair[1]) if title is not None}

    def learn(self, head: EntryHead, payload: bytes) -> bool:
        """An entry is about to be stored; whether a dictionary was made meanwhile. What goes wrong leaves it without one."""
        title = EntryTitle(head.kind, head.epoch)
        if not self._trains or len(payload) > SMALL_BYTES:
            return False
        self._stored[title] += 1
        count = self._stored[title]
        if count < SAMPLES or count & (count - 1) or self._has_current(title):
            return False
        with suppress(OSError, StorageError, MemoryError, zstandard.ZstdError):
            listing = self._folder.listing()
            self.reconcile(listing.dictionaries)  # another process may have made one
            if self._has_current(title) or len(listing.dictionaries) >= self._most:
                return False
            content = trained(self._samples(title, listing.entries))
            if content is not None:
                name = store_entry.dictionary_file_name(title, content)
                self._folder.write_dictionary(name, frame.pack(title.kind, content, epoch=title.epoch))
                self._current[title] = name
                return True
        return False

    def remove(self, wanted: Callable[[str, int], bool]) -> int:
        """Those of kinds and epochs of which no entry is left that anybody reads; bytes freed."""
        freed_bytes = 0
        with suppress(OSError):
            for one in self._folder.listing().dictionaries:
                title = store_entry.dictionary_title(one.name)
                if title is not None and wanted(title.kind, title.epoch):
                    self._folder.remove(one.name)
                    freed_bytes += one.size_bytes
                    self._known.pop(one.name, None)
                    self._current.pop(title, None)
                    self._stored.pop(title, None)
        step("store.dictionaries.removed")
        return freed_bytes

    def _has_current(self, title: EntryTitle) -> bool:
        """One that is damaged is put aside: another takes its place."""
        name = self._current.get(title)
        if name is None:
            return False
        try:
            self._read(name)
        except DamagedError:
            self._folder.put_aside(name)
            self._current.pop(title, None)
            return False
        except OSError:
            return True
        return True

    def _samples(self, title: EntryTitle, entries: Iterable[Found]) -> list[bytes]:
        """Small entries of that kind and epoch, the latest first."""
        found: list[bytes] = []
        left_bytes = MOST_SAMPLE_BYTES
        for entry in sorted(entries, key=lambda one: (-one.written_ns, one.name)):
            if store_entry.title(entry.name) != title or entry.size_bytes > SMALL_BYTES:
                continue
            data = self._folder.read(entry.name, SMALL_BYTES)
            with suppress(DamagedError):
                payload = b"" if data is None else self.unpack(data)[1]
                if 0 < len(payload) <= min(SMALL_BYTES, left_bytes):
                    found.append(payload)
                    left_bytes -= len(payload)
        return found

    def _read(self, name: str) -> Dictionary:
        """Raises `DamagedError` when it is gone or not what its name says, `OSError` when it cannot be read."""
        known = self._known.get(name)
        if known is not None:
            return known
        data = self._folder.read(name, 2 * DICTIONARY_BYTES)
        if data is None:
            raise DamagedError(f"the dictionary {name} of stored entries is gone; they are computed anew")
        held = frame.unpack(data)
        content = bytes(held.payload)
        if store_entry.dictionary_file_name(EntryTitle(held.kind, held.epoch), content) != name:
            raise DamagedError(f"the dictionary {name} of stored entries is another one; they are computed anew")
        found = Dictionary(store_entry.content_digest(content), zstandard.ZstdCompressionDict(content))
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[name] = found
        return found


def trained(samples: Sequence[bytes]) -> bytes | None:
    """A dictionary for what resembles the samples; None when they are too few, or when it does not pay on a third of them that it
    was not trained on.
    """
    judged, used = samples[::3], [sample for number, sample in enumerate(samples) if number % 3]
    if sum(map(len, used)) < 4 * DICTIONARY_BYTES or len(used) < SAMPLES // 2:
        return None
    found = zstandard.train_dictionary(DICTIONARY_BYTES, [*used], k=_SEGMENT_BYTES, d=_COMMON_BYTES, level=store_entry.LEVEL)
    with_it, without = (_size(judged, dictionary) for dictionary in (found, None))
    return found.as_bytes() if with_it <= without * WORTH else None


def _size(payloads: Collection[bytes], dictionary: zstandard.ZstdCompressionDict | None) -> int:
    packer = zstandard.ZstdCompressor(level=store_entry.LEVEL, dict_data=dictionary)
    return sum(len(packer.compress(payload)) for payload in payloads)
