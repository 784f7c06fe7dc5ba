"""What happened lately, for the live view: a bounded ring. Old events make way for new ones and are counted as dropped.

Not here: writing them anywhere. Adding never fails, and waits for nobody who does more than put one in. What goes wrong again and
again, in the same words, is one event with a count: else a program that is refused a claim each millisecond would leave no other.
"""

import enum
from collections import deque
from typing import Final, Generic, TypeVar

import msgspec

from lepasserelle.errors import ConfigError
from lepasserelle.memory.forks import ForkedRLock

T = TypeVar("T")


class EventKind(enum.Enum):
    """What kind of thing happened."""

    SPILL = "spill"
    SPILL_FAILED = "spill failed"
    STAYED = "stayed in part"
    """Of answers, when the store refused some: how much is left in memory, and why."""
    PINNED = "pinned"
    GAVE_WAY = "gave way"
    RELOAD = "reload"
    RELOAD_FAILED = "reload failed"
    REFUSED = "refused"
    WAITED = "waited"
    EXHAUSTED = "nothing left to spill"
    TOO_YOUNG = "came back too lately to be spilled"
    """What is left is in its minimum residency."""
    LOOK_FAILED = "look failed"
    """The monitor could not see, or act on, what is held: the next look comes all the same."""
    STUCK = "nothing could go"
    """What is left is being read, or failed to go."""
    FUTILE = "what went does not help"
    """The caches hold far less than is missing: others hold the memory. Told once; spilling rests meanwhile, longer each time."""
    EASED = "short no more"
    """The standstill that was told before this is over."""


class Event(msgspec.Struct, frozen=True):
    """One thing that happened."""

    at_s: float
    """Seconds since the epoch."""
    kind: EventKind
    what: str
    """The cache, or the tag of a reservation."""
    size_bytes: int
    """How much it was about."""
    why: str
    count: int = 1
    """How often it happened one after the other; time and size are those of the last."""


_FOLDED: Final = frozenset(
    {
        EventKind.REFUSED,
        EventKind.WAITED,
        EventKind.SPILL_FAILED,
        EventKind.RELOAD_FAILED,
        EventKind.LOOK_FAILED,
        EventKind.PINNED,
    }
)


class Ring(Generic[T]):
    """The last `size` items. Adding is safe from any thread."""

    def __init__(self, size: int) -> None:
        self._items: deque[T] = deque(maxlen=size)
        self._added = 0
        self._taken = 0

    @property
    def dropped(self) -> int:
        """How many made way before anybody took them."""
        return max(0, self._added - self._taken - len(self._items))

    def add(self, item: T) -> None:
        """Put an item at the end."""
        self._items.append(item)
        self._added += 1

    def last(self, count: int | None = None) -> tuple[T, ...]:
        """The newest `count` items (all when None), the oldest of them first; they stay. Raises `ConfigError` for no number."""
        if count is not None and (not isinstance(count, int) or isinstance(count, bool)):
            raise ConfigError(f"count is a whole number or None; got {count!r}")
        items = tuple(self._items)
        return items if count is None else items[max(0, len(items) - count) :]

    def drain(self) -> list[T]:
        """Take every item out, the oldest first."""
        found: list[T] = []
        while self._items:
            try:
                found.append(self._items.popleft())
            except IndexError:  # another thread took the last one
                break
        self._taken += len(found)
        return found


class EventRing(Ring[Event]):
    """The last events; repeats of the newest one are counted in it."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self._changing: Final = ForkedRLock()

    def add(self, item: Event) -> None:
        """Put an event at the end, or count it in the one that is there."""
        with self._changing:
            newest = self._items[-1] if self._items else None
            if newest is not None and item.kind in _FOLDED and _same(newest, item):
                self._items[-1] = msgspec.structs.replace(item, count=newest.count + item.count)
            else:
                super().add(item)

    def drain(self) -> list[Event]:
        """As of any ring."""
        with self._changing:
            return super().drain()


def _same(one: Event, other: Event) -> bool:
    return (one.kind, one.what, one.why) == (other.kind, other.what, other.why)
