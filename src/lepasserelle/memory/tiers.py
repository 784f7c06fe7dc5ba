"""Stored results in several folders, the fastest first: placed by size, promoted by use, demoted by pressure of their quotas.

Memory (`analysis`) is the tier above; each folder is a `CacheStore` with a quota of its own. Not here: what an entry is and which
one goes first (`store`, `eviction`). Rules:

- A new entry goes to the fastest tier of which it takes at most an eighth, compressed and in whole blocks; one that a tier holds
  already is not written again.
- The second time that an entry is found in a lower tier it is copied one tier up; the copy below stays, so that letting the upper
  one go again writes nothing.
- What a quota pushes out goes one tier down, ahead of need on a thread of its own, so that a put rarely waits for a slow disk.
- A tier that vanishes, is full or cannot be written is left out, said once in a warning, and tried again after a while. What the
  others hold stays, and while a tier is left out nothing goes that it would have taken: a new entry that finds no room is refused,
  and stays where it came from. Nothing goes for a promotion that no tier below takes. What the lowest tier has no room for moves up
  where there is some. Only when all tiers are at work and none has room the oldest goes, and is counted.

Invariants: an entry that moves is in its new place, whole, before it leaves the old one, so a kill leaves it in one or in both; an
answer is what was put, or None. Values of one name are taken to be equal: a name holds the content that it was computed from.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Final, Literal

import msgspec

from lepasserelle.durable.steps import step
from lepasserelle.errors import StorageError, StoreFullError, in_megabytes
from lepasserelle.memory.forks import ForkedRLock, renew_after_fork
from lepasserelle.memory.store import HandDown, StaysError
from lepasserelle.memory.store_counts import KindCounts, StoreCheck, StoredEntry, StoreStatistics
from lepasserelle.memory.store_entry import EntryHead, file_name, pack
from lepasserelle.memory.store_index import BLOCK_BYTES, in_blocks
from lepasserelle.memory.threads import start_thread
from lepasserelle.memory.tier import Tier, TierCounts, TierPlace, held_bytes
from lepasserelle.memory.tier_latency import read_ms
from lepasserelle.memory.tier_mark import Whereabouts
from lepasserelle.memory.tier_order import order_of

LARGEST_SHARE: Final = 8
"""An entry over such a part of a tier's quota goes to the next one: it would push out too many others."""


def is_large(size_bytes: int, quota_bytes: int) -> bool:
    """Whether a file of that size is too large a part of a tier to push others out of it. It counts in whole blocks, and each one
    is where an eighth is less than a block.
    """
    most_bytes = quota_bytes // LARGEST_SHARE
    return most_bytes < BLOCK_BYTES or size_bytes > in_blocks(most_bytes)


SHED_FROM, SHED_TO = 0.95, 0.90
"""Demoting ahead begins and ends at these shares of a quota."""

REST_S: Final = 30.0
"""A tier that refused is not written to for so long."""

_SPARE_BYTES: Final = 2 * BLOCK_BYTES
"""A promotion leaves so much free below."""

_MOST_MET: Final = 4096
_LONGEST_SHED_S: Final = 0.5


class TieredStore:
    """The stored entries of one project over several folders. Safe for threads and processes; of the shape of `CacheStore`."""

    def __init__(
        self,
        places: Sequence[TierPlace],
        project: bytes,
        *,
        measured: bool = False,
        order: Path | None = None,
        dictionaries: bool = False,
        clock: Callable[[], float] = time.monotonic,
        latency: Callable[[Path], float] = read_ms,
    ) -> None:
        """Touches nothing. `places`: the fastest first, or in any order when it is `measured` by `latency` at the first use, where
        the file `order` says what it was the last time.
        """
        self.places: Final = tuple(places)
        self._project = project
        self._is_measured = measured
        self._kept_order = order
        self._has_dictionaries = dictionaries
        self._clock = clock
        self._latency = latency
        self._arranged: tuple[Tier, ...] | None = None
        self._met: OrderedDict[str, None] = OrderedDict()
        self._counts = TierCounts()
        self._shedder: threading.Thread | None = None
        self._local = threading.local()
        self._writing = ForkedRLock()
        """Of all tiers: entries move both ways between them, each under the lock of both."""
        self._make_locks()
        renew_after_fork(self)

    @property
    def quota_bytes(self) -> int:
        """How much all may take together."""
        return sum(tier.place.quota_bytes for tier in self.tiers)

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The fastest first."""
        with self._moving:
            if self._arranged is None:
                self._arranged = self._arrange()
            return self._arranged

    @property
    def counts(self) -> TierCounts:
        """A copy of what moved since the store was opened by this process."""
        with self._counting:
            return msgspec.structs.replace(self._counts)

    @property
    def problem(self) -> str | None:
        """Why a tier could not be read or written when last tried."""
        return next((tier.store.problem for tier in self.tiers if tier.store.problem), None)

    # one entry -------------------------------------------------------------------------------------------------------------------

    def put(self, kind: str, key: bytes, epoch: int, payload: bytes) -> None:
        """Keep an entry in the fastest tier that fits it and takes it. Raises as `CacheStore.put` does when none takes it."""
        head = EntryHead(kind, epoch, key)
        size_bytes = len(pack(head, payload))
        refusals: dict[Tier, StorageError] = {}
        with self._moving:
            if self.holds(kind, key, epoch, payload):
                self._count(clean=1)
                return
            for tier in self._choices(size_bytes):
                if not self._is_usable(tier):
                    continue
                try:
                    tier.store.put(kind, key, epoch, payload)
                except StorageError as error:
                    refusals[tier] = error
                    self._refused(tier, error)
                    continue
                tier.mark.leave()
                self._drop_former(tier, head)
                return
        raise self._nowhere(size_bytes, refusals) from next(iter(refusals.values()), None)

    def get(self, kind: str, key: bytes, epoch: int) -> bytes | None:
        """The payload from the fastest tier that has it; None when none has. Found below for the second time it moves up."""
        name = file_name(kind, epoch, key)
        for number, tier in enumerate(self.tiers):
            if not self._is_usable(tier, to_read=True):
                continue
            is_known = number > 0 and (name in self._met or tier.store.was_used(kind, key, epoch))
            payload = tier.store.get(kind, key, epoch)
            if payload is None:
                continue
            if is_known:
                self._promote(number, EntryHead(kind, epoch, key), payload)
            elif number:
                self._meet(name)
            return payload
        return None

    def holds(self, kind: str, key: bytes, epoch: int, payload: bytes) -> bool:
        """Whether a tier that can be read has exactly that."""
        return any(self._is_usable(tier, to_read=True) and tier.store.holds(kind, key, epoch, payload) for tier in self.tiers)

    def stored_bytes(self, kind: str, key: bytes, epoch: int) -> int | None:
        """How much `get` would read; None when there is no such entry."""
        found = (tier.store.stored_bytes(kind, key, epoch) for tier in self._usable())
        return next((size_bytes for size_bytes in found if size_bytes is not None), None)

    def discard(self, kind: str, key: bytes, epoch: int) -> bool:
        """Remove an entry from every tier; False when none had it, or it cannot be removed."""
        return sum(tier.store.discard(kind, key, epoch) for tier in self._usable()) > 0

    # all of them -----------------------------------------------------------------------------------------------------------------

    def entries(self, kind: str | None = None) -> Iterator[StoredEntry]:
        """Every entry of every tier; one that was promoted comes twice."""
        return chain.from_iterable(tier.store.entries(kind) for tier in self._usable())

    def collect(self, live_epochs: Collection[int], kinds: Collection[str] | None = None) -> int:
        """Remove the entries of dead epochs; returns bytes freed."""
        return sum(tier.store.collect(live_epochs, kinds) for tier in self._usable())

    def clear(self) -> int:
        """Remove every entry from every tier, and begin anew in one whose folder is another one than before; returns bytes freed.

        Raises `StorageError` when some must stay.
        """
        freed_bytes, refusal = 0, None
        for tier in self.tiers:
            if tier.mark.look().whereabouts is not Whereabouts.THERE:
                tier.mark.forget()
                tier.rests_until_s = -math.inf
                continue
            try:
                freed_bytes += tier.store.clear()
            except StorageError as error:
                refusal = error
        if refusal is not None:
            raise refusal
        return freed_bytes

    def verify(self) -> StoreCheck:
        """Read every entry of every tier; damaged ones are put aside."""
        checks = [tier.store.verify() for tier in self._usable()]
        return StoreCheck(
            sum(check.entries for check in checks),
            sum(check.bytes for check in checks),
            tuple(name for check in checks for name in check.damaged),
            sum(check.put_aside for check in checks),
            tuple(name for check in checks for name in check.unreadable),
        )

    def statistics(self, *, look: bool = True) -> StoreStatistics:
        """The sum over the tiers; a miss is what none of them had."""
        told = [tier.store.statistics(look=look) for tier in self.tiers]
        kinds = {kind: _merged([one.kinds[kind] for one in told if kind in one.kinds]) for one in told for kind in one.kinds}
        for kind, counts in kinds.items():
            counts.misses = told[-1].kinds[kind].misses if kind in told[-1].kinds else 0
        return StoreStatistics(
            self.quota_bytes,
            sum(one.disk_bytes for one in told),
            kinds,
            sum(one.quarantined for one in told),
            next((one.problem for one in told if one.problem), None),
        )

    def settle(self) -> None:
        """Begin to demote ahead of need where a quota is nearly used up, unless that goes on already. Returns at once."""
        if self._arranged is None or self._ends.is_set() or (self._shedder is not None and self._shedder.is_alive()):
            return
        if any(held_bytes(tier) > tier.place.quota_bytes * SHED_FROM for tier in self._arranged[:-1]):
            self._shedder = start_thread(self.shed, "leindex-tiers")

    def shed(self) -> int:
        """Demote ahead of need now, for a bounded time; bytes that upper tiers let go of."""
        until_s = time.monotonic() + _LONGEST_SHED_S
        freed_bytes = 0
        for tier in self.tiers[:-1]:
            if held_bytes(tier) > tier.place.quota_bytes * SHED_FROM and self._is_usable(tier):
                most_bytes = int(tier.place.quota_bytes * SHED_TO)
                freed_bytes += tier.store.shed(most_bytes, lambda: not self._ends.is_set() and time.monotonic() < until_s)
        return freed_bytes

    def close(self) -> None:
        """No longer hold the folders in use, after what is being demoted. Entries stay; a later call still works."""
        self._ends.set()
        if self._shedder is not None:
            self._shedder.join()
        for tier in self._arranged or ():
            tier.store.close()
        self._ends.clear()

    def after_fork(self) -> None:
        """Locks and threads of the parent are not here."""
        self._make_locks()
        self._shedder = None

    # ---------------------------------------------------------------------------------------------------------------------------

    def _make_locks(self) -> None:
        self._moving = threading.RLock()
        self._counting = threading.Lock()
        self._ends = threading.Event()

    def _arrange(self) -> tuple[Tier, ...]:
        folders = [place.folder for place in self.places]
        latencies = [self._latency(folder) for folder in folders] if self._is_measured else []
        order = order_of(folders, latencies, self._kept_order) if self._is_measured else range(len(folders))
        tiers = []
        for rank, number in enumerate(order):
            place, hand_on = self.places[number], self._demoter(rank)
            if rank + 1 == len(order):
                place, hand_on = place._replace(quota_bytes=place.quota_bytes - place.copies_bytes), self._raiser(rank)
            tier = Tier(place, self._project, hand_on, self._writing, dictionaries=self._has_dictionaries)
            tier.latency_ms = latencies[number] if latencies else None
            tiers.append(tier)
        return tuple(tiers)

    def _choices(self, size_bytes: int) -> list[Tier]:
        """Where an entry with a file of that size may go, the best place first: tiers that it fits, then the last one and those
        with room to spare, the last one first unless something had to go there.
        """
        *upper, last = self.tiers
        fitting = [tier for tier in upper if not is_large(size_bytes, tier.place.quota_bytes)]
        spare = [tier for tier in reversed(upper) if tier not in fitting and tier.has_room(size_bytes)]
        return [*fitting, last, *spare] if last.has_room(size_bytes) else [*fitting, *spare, last]

    def _usable(self) -> list[Tier]:
        return [tier for tier in self.tiers if self._is_usable(tier, to_read=True)]

    def _is_usable(self, tier: Tier, *, to_read: bool = False) -> bool:
        is_resting = self._clock() < tier.rests_until_s
        found, why = tier.mark.look()
        if found is Whereabouts.GONE and tier.was_missed and not is_resting:
            tier.mark.begin_anew()
            found = Whereabouts.THERE
        tier.was_missed = found is not Whereabouts.THERE
        if tier.was_missed:
            if not is_resting:
                self._rest(tier, why)
            return False
        tier.mark.mend()
        return to_read or not is_resting

    def _nowhere(self, size_bytes: int, refusals: Mapping[Tier, StorageError]) -> StorageError:
        """What whoever has an entry that no tier took is told: of each tier, why."""
        whys = "; ".join(f"{tier.place.folder}: {self._why_not(tier, refusals.get(tier))}" for tier in self.tiers)
        if isinstance(next(iter(refusals.values()), None), StoreFullError):
            settings = " or ".join(dict.fromkeys(tier.mark.voice.quota_setting for tier in self.tiers))
            return StoreFullError(size_bytes, self.quota_bytes, f"{whys}; all together", settings)
        return StorageError(f"no tier can keep a stored entry of {in_megabytes(size_bytes)} now. {whys}")

    def _why_not(self, tier: Tier, error: StorageError | None) -> str:
        if tier.was_missed or self._clock() < tier.rests_until_s:
            return tier.rests_for
        quota = f"its quota of {in_megabytes(tier.place.quota_bytes)}"
        return f"{quota} is used up, and {error}" if isinstance(error, StaysError) else f"{quota} has no room for it"

    def _refused(self, tier: Tier, error: StorageError) -> None:
        """It did not take an entry. What does not fit in its quota says nothing against it."""
        if not isinstance(error, StaysError) and not (isinstance(error, StoreFullError) and error.__cause__ is None):
            self._rest(tier, str(error))

    def _rest(self, tier: Tier, why: str) -> None:
        tier.rests_until_s, tier.rests_for = self._clock() + REST_S, why
        tier.left_out(why)

    def _drop_former(self, kept_in: Tier, head: EntryHead) -> None:
        """What other tiers hold under this name is another value now."""
        for tier in self.tiers:
            if tier is not kept_in and tier.store.stored_bytes(head.kind, head.key, head.epoch) is not None:
                tier.store.discard(head.kind, head.key, head.epoch)

    def _promote(self, number: int, head: EntryHead, payload: bytes) -> None:
        upper = self.tiers[number - 1]
        if is_large(len(pack(head, payload)), upper.place.quota_bytes) or not self._is_usable(upper):
            return
        with self._moving:
            step("tier.promote.begun")
            try:
                with self._flagged("loses_nothing"):
                    upper.store.put(head.kind, head.key, head.epoch, payload)
            except StorageError as error:
                self._refused(upper, error)
                return
            step("tier.promoted")
            self.tiers[number].store.mark_copied(head.kind, head.key, head.epoch, upper.store)
            upper.mark.leave()
            self._met.pop(file_name(head.kind, head.epoch, head.key), None)
        self._count(promoted=1, promoted_bytes=len(payload))

    def _demoter(self, rank: int) -> HandDown:
        """What takes the entries that a tier above the lowest one lets go."""

        def demote(head: EntryHead, payload: bytes) -> None:
            step("tier.demote.begun")
            below = self._arranged[rank + 1 :] if self._arranged else ()
            with self._flagged("demotes"):
                for tier in below:
                    if self._is_usable(tier) and self._took(tier, head, payload):
                        step("tier.demoted")
                        return
            if self._has_flag("loses_nothing") or not all(map(self._is_usable, below)):
                raise StaysError
            self._count(dropped=1)

        return demote

    def _raiser(self, rank: int) -> HandDown:
        """What takes the entries that the lowest tier lets go: an upper one that has room to spare."""

        def hand_up(head: EntryHead, payload: bytes) -> None:
            step("tier.raise.begun")
            for tier in reversed(self._arranged[:rank] if self._arranged else ()):
                if self._is_usable(tier, to_read=True) and tier.store.holds(head.kind, head.key, head.epoch, payload):
                    self._count(clean=1)
                    return
                # What comes down makes room above for something else.
                if not self._has_flag("demotes") and self._is_usable(tier) and tier.has_room(len(pack(head, payload))):
                    try:
                        tier.store.put(head.kind, head.key, head.epoch, payload)
                    except StorageError as error:
                        self._refused(tier, error)
                        continue
                    step("tier.raised")
                    self._count(raised=1)
                    return
            if self._has_flag("loses_nothing") or not all(map(self._is_usable, self._arranged[:rank] if self._arranged else ())):
                raise StaysError
            self._count(dropped=1)

        return hand_up

    @contextmanager
    def _flagged(self, flag: Literal["loses_nothing", "demotes"]) -> Iterator[None]:
        """Within the block this thread `loses_nothing`: nothing leaves a tier unless another takes it, since what is done could as
        well not be done; or it `demotes`.
        """
        before = self._has_flag(flag)
        setattr(self._local, flag, True)
        try:
            yield
        finally:
            setattr(self._local, flag, before)

    def _has_flag(self, flag: Literal["loses_nothing", "demotes"]) -> bool:
        return getattr(self._local, flag, False)

    def _took(self, tier: Tier, head: EntryHead, payload: bytes) -> bool:
        if tier.store.holds(head.kind, head.key, head.epoch, payload):
            self._count(clean=1)
            return True
        if self._has_flag("loses_nothing") and not tier.has_room(len(pack(head, payload)) + _SPARE_BYTES):
            return False
        try:
            tier.store.put(head.kind, head.key, head.epoch, payload)
        except StorageError as error:
            self._refused(tier, error)
            return False
        tier.mark.leave()
        self._count(demoted=1, demoted_bytes=len(payload))
        return True

    def _meet(self, name: str) -> None:
        with self._counting:
            self._met[name] = None
            while len(self._met) > _MOST_MET:
                self._met.popitem(last=False)

    def _count(self, **amounts: int) -> None:
        with self._counting:
            for name, amount in amounts.items():
                setattr(self._counts, name, getattr(self._counts, name) + amount)


def _merged(counts: Sequence[KindCounts]) -> KindCounts:
    names = KindCounts.__struct_fields__
    return KindCounts(*(sum(getattr(one, name) for one in counts) for name in names))
