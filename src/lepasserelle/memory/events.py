"""What happened lately, for the live view: a bounded ring. Old events make way for new ones and are counted as dropped.

Not here: writing them anywhere. Adding never waits and never fails.
"""

import enum
from collections import deque
from typing import Generic, TypeVar

import msgspec

from lepasserelle.errors import ConfigError

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
