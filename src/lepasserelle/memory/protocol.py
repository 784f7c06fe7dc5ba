"""What a heavy object tells and does so that memory can be managed without knowing what it is.

`LeIndex` registers such objects; they satisfy this by shape and import nothing from here. Not here: when anything is spilled.
"""

import enum
import os
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

GoOn = Callable[[], bool]
"""Whether a spill may take its next step."""


def always() -> bool:
    """Nobody waits."""
    return True


class CacheState(enum.Enum):
    """Where the content of a cache is."""

    HOT = "hot"
    """In memory: mapped and populated, or held on the heap."""
    WARM = "warm"
    """Its pages were given back; a read brings them from the system's page cache."""
    COLD = "cold"
    """The page cache was asked to drop it too; a read goes to the disk."""
    FROZEN = "frozen"
    """Only a compressed copy is left."""
    ABSENT = "absent"
    """Nothing is left but what it can be rebuilt from."""


class ReloadCost(NamedTuple):
    """What the return of a spilled object takes."""

    time_ms: float
    size_bytes: int
    """What a reload maps or reads."""
    heap_bytes: int = 0
    """What it allocates beside pages of files: claimed before it comes back."""


class HeavyObject(Protocol):
    """An object that holds much memory and can live without it for a while. Called from several threads.

    While `spill` runs nobody reads the object (readers hold it through `MemoryManager.use`), and one thread at a time reloads it.
    A `spill` or `reload` that raises must leave it usable.
    """

    @property
    def name(self) -> str:
        """Unique within one manager; stands in messages and statistics."""

    @property
    def state(self) -> CacheState:
        """Where its content is now. Cheap; asked at each use."""

    def files(self) -> Sequence[str | os.PathLike[str]]:
        """The files that it maps, or will map once reloaded; what it holds of them is measured. Empty when it maps none."""

    def lent(self) -> Collection[str | os.PathLike[str]]:
        """Those of its files that are not its own: others read them as well. Their pages go with it, and stay with the system."""

    def resident_bytes(self) -> int:
        """What a spill could give back, by its own account: mapped pages and heap. Cheap; 0 when nothing is left to give."""

    def reload_cost(self) -> ReloadCost:
        """What its return from where a spill would put it takes."""

    def spill(self, target_bytes: int, go_on: GoOn = always) -> int:
        """Let go of about `target_bytes` or more (at least one unit of what it can divide) and say how much, by its own account.

        `target_bytes` at or above `resident_bytes()` means all of it. 0: nothing was let go. `go_on` is asked before each bounded
        step; when it says no, somebody wants to read: stop there, readable as it was.
        """

    def reload(self, populate: bool = True) -> None:
        """Make it readable again. `populate` False: map it only, pages come one by one. Raises `NothingToReloadError`."""


class Refused(Protocol):
    """Why some of it stayed."""

    @property
    def told(self) -> str:
        """For people."""


@runtime_checkable
class GoesInParts(Protocol):
    """A heavy object of which a spill may leave a part, when what takes it refuses some."""

    @property
    def stayed(self) -> Refused | None:
        """What the last spill had to leave, when others went; None: nothing, or nothing went."""
