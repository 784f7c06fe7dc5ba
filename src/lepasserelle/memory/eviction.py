"""Which stored entry goes first when room is needed: S3-FIFO by bytes. Pure: nothing is read or deleted here.

Source: Yang, Zhang, Qiu, Yue and Rashmi, "FIFO queues are all you need for cache eviction", SOSP 2023. New entries wait in a
small queue; those that were used there move to the main queue, the others go, and their names are remembered: who comes back soon
enters the main queue at once. Hence a walk over many entries that nobody asks for again passes through the small queue alone.

Unlike the paper one use is enough to move on, not two: what is asked for again here left memory in between, which says as much; and
the small queue has a quarter of the room, not a tenth, since work comes back to what it just saw (docs/decisions/085 and 205 have
the figures). Invariants: `held_bytes` is the sum over what was added and neither removed nor evicted, each
rounded up to whole units; the names remembered are at most as many as the entries held, so memory stays in proportion to them.
"""

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)

_MOST_HITS: Final = 3
_SMALL_SHARE: Final = 0.25


class S3Fifo(Generic[K]):
    """Names and sizes in the order in which they should go. Not safe for threads; its owner holds a lock.

    `capacity_bytes` sets the proportions of the queues; the owner decides when to evict. `unit_bytes`: sizes are charged in
    whole units, as a disk does.
    """

    def __init__(self, capacity_bytes: int, *, unit_bytes: int = 1) -> None:
        self.capacity_bytes: Final = capacity_bytes
        self.unit_bytes: Final = unit_bytes
        self._small_share_bytes = int(capacity_bytes * _SMALL_SHARE)
        self._small: OrderedDict[K, int] = OrderedDict()
        self._main: OrderedDict[K, int] = OrderedDict()
        self._gone: OrderedDict[K, int] = OrderedDict()
        self._hits: dict[K, int] = {}
        self._small_bytes = self._main_bytes = self._gone_bytes = 0

    @property
    def held_bytes(self) -> int:
        """What the entries take, in whole units."""
        return self._small_bytes + self._main_bytes

    def __len__(self) -> int:
        return len(self._small) + len(self._main)

    def __contains__(self, name: object) -> bool:
        return name in self._small or name in self._main

    def __iter__(self) -> Iterator[K]:
        yield from self._small
        yield from self._main

    def size_bytes(self, name: K) -> int:
        """The size that `name` was added with. Raises `KeyError`."""
        return self._small[name] if name in self._small else self._main[name]

    def charge_bytes(self, size_bytes: int) -> int:
        """What an entry of that size counts as."""
        return -(-size_bytes // self.unit_bytes) * self.unit_bytes

    def add(self, name: K, size_bytes: int) -> None:
        """`name` is there now; one that was there before keeps its place and its hits. Evicts nothing."""
        charge_bytes = self.charge_bytes(size_bytes)
        if name in self._small:
            self._small_bytes += charge_bytes - self.charge_bytes(self._small[name])
            self._small[name] = size_bytes
        elif name in self._main or self._forget(name):
            self._main_bytes += charge_bytes - self.charge_bytes(self._main.get(name, 0))
            self._main[name] = size_bytes
        else:
            self._small_bytes += charge_bytes
            self._small[name] = size_bytes

    def hit(self, name: K) -> bool:
        """`name` was used; whether that was its first time. Does nothing for a name that is not there."""
        if name not in self:
            return False
        hits = self._hits.get(name, 0)
        self._hits[name] = min(_MOST_HITS, hits + 1)
        return hits == 0

    def was_used(self, name: K) -> bool:
        """Whether a use of `name` still counts."""
        return name in self._hits

    def remove(self, name: K) -> int:
        """Forget `name`, for another reason than eviction; returns its size, 0 when it was not there."""
        self._hits.pop(name, None)
        if name in self._small:
            size_bytes = self._small.pop(name)
            self._small_bytes -= self.charge_bytes(size_bytes)
        elif name in self._main:
            size_bytes = self._main.pop(name)
            self._main_bytes -= self.charge_bytes(size_bytes)
        else:
            return 0
        return size_bytes

    def evict(self) -> tuple[K, int] | None:
        """Take out the entry to go next, with its size; None when there is none. Constant time on average."""
        had_main = bool(self._main)  # else what is moved there now would go before what was never used
        while self._small or self._main:
            from_small = bool(self._small) and (self._small_bytes > self._small_share_bytes or not had_main)
            name = next(iter(self._small if from_small else self._main))
            hits = self._hits.get(name, 0)
            size_bytes = self.remove(name)
            if not hits:
                if from_small:
                    self._remember(name, size_bytes)
                return name, size_bytes
            self._main[name] = size_bytes
            self._main_bytes += self.charge_bytes(size_bytes)
            if not from_small and hits > 1:
                self._hits[name] = hits - 1
        return None

    def _remember(self, name: K, size_bytes: int) -> None:
        self._gone[name] = size_bytes
        self._gone_bytes += self.charge_bytes(size_bytes)
        while self._gone and (self._gone_bytes > self.capacity_bytes - self._small_share_bytes or len(self._gone) > len(self)):
            self._gone_bytes -= self.charge_bytes(self._gone.popitem(last=False)[1])

    def _forget(self, name: K) -> bool:
        """Whether `name` went lately; it is not remembered any more."""
        size_bytes = self._gone.pop(name, None)
        if size_bytes is None:
            return False
        self._gone_bytes -= self.charge_bytes(size_bytes)
        return True
