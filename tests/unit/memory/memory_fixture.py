"""A meter and caches that a test plays with: every figure is what the test says, and a spill changes it as a real one would."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from lepasserelle.errors import StorageError
from lepasserelle.memory import CacheState, EventKind, MappedBytes, MemoryConfig, MemoryManager, MemoryReading, Meter, ReloadCost
from lepasserelle.memory.cgroups import CgroupMemory
from lepasserelle.memory.meter import ProcessLimit, Stall, SystemMemory
from lepasserelle.memory.pacing import Pause, at_once
from lepasserelle.memory.protocol import GoOn, always
from lepasserelle.memory.reservations import Ledger
from lepasserelle.memory.store import CacheStore
from lepasserelle.memory.tiers import TieredStore

MB = 1_000_000


class PlayedMeter(Meter):
    """Figures in attributes. `host` is what the program holds; caches add to it what they hold on the heap."""

    def __init__(self, host_bytes: int = 100 * MB) -> None:
        super().__init__(Path("/nonexistent"))
        self.host_bytes = host_bytes
        self.caches: list[PlayedCache] = []
        self.children: dict[int, int] = {}
        self.total_bytes = 100_000 * MB
        self.available_bytes = 90_000 * MB
        self.limited: tuple[CgroupMemory, ...] = ()
        self.data: ProcessLimit | None = None
        self.stalled: Stall | None = None
        self.looks = 0
        self.walks = 0
        """Of page tables."""
        self.next_walk: Callable[[], object] = lambda: None
        """Happens once, before the next of them."""

    def tree(self, pid: int | None = None) -> list[int]:
        """The process itself is 1."""
        return [1, *self.children]

    def anonymous_bytes(self, pid: int | None = None) -> int | None:
        """As played."""
        self.looks += 1
        if pid in self.children:
            return self.children[pid]
        return self.host_bytes + sum(cache.held_bytes for cache in self.caches if not cache.path)

    def quick_split(self, pid: int | None = None) -> tuple[int, int] | None:
        """As played, exactly."""
        self.looks += 1
        if pid in self.children:
            return self.children[pid], 0
        heap = self.host_bytes + sum(cache.held_bytes for cache in self.caches if not cache.path)
        return heap, sum(cache.held_bytes for cache in self.caches if cache.path)

    def mapped_bytes(self, paths: Iterable[object]) -> dict[str, MappedBytes]:
        """What each cache with a path holds."""
        held = {cache.path: cache.held_bytes for cache in self.caches if cache.path}
        return {str(path): MappedBytes(held.get(str(path), 0), held.get(str(path), 0)) for path in paths}

    def own_bytes(self, paths: Iterable[object], pause: Pause = at_once) -> tuple[dict[str, MappedBytes], int | None]:
        """Both as played."""
        self.walks += 1
        happens, self.next_walk = self.next_walk, lambda: None
        happens()
        return self.mapped_bytes(paths), self.anonymous_bytes()

    def read(self, pid: int | None = None) -> MemoryReading:
        """Resident bytes only."""
        return MemoryReading(self.host_bytes)

    def system(self) -> SystemMemory | None:
        """As played."""
        return SystemMemory(self.total_bytes, self.available_bytes)

    def cgroups(self, *, cheap: bool = False) -> tuple[CgroupMemory, ...]:
        """As played."""
        return self.limited

    def data_limit(self) -> ProcessLimit | None:
        """As played."""
        return self.data

    def stall(self) -> Stall | None:
        """As played."""
        return self.stalled


class PlayedCache:
    """Holds bytes that cost nothing, and lets go of `step_bytes` at a time (0: all at once).

    `unit_bytes` is what it can divide; with a `path` they are a file's pages.
    """

    def __init__(
        self, meter: PlayedMeter, name: str, size_bytes: int, *, unit_bytes: int = 1, reload_ms: float = 10.0, path: str = ""
    ) -> None:
        self.name = name
        self.size_bytes = size_bytes
        self.held_bytes = size_bytes
        self.unit_bytes = unit_bytes
        self.reload_ms = reload_ms
        self.path = path
        self.step_bytes = 0
        self.fails = False
        self.reloads: list[bool] = []
        self.is_mapped = True
        meter.caches.append(self)

    @property
    def state(self) -> CacheState:
        """Hot when it holds everything."""
        return CacheState.HOT if self.held_bytes == self.size_bytes else CacheState.WARM

    def files(self) -> list[str]:
        """One or none."""
        return [self.path] if self.path else []

    def lent(self) -> list[str]:
        """None."""
        return []

    def resident_bytes(self) -> int:
        """What it holds."""
        return self.held_bytes

    def reload_cost(self) -> ReloadCost:
        """What was given away."""
        return ReloadCost(self.reload_ms, self.size_bytes - self.held_bytes)

    def spill(self, target_bytes: int, go_on: GoOn = always) -> int:
        """Whole units."""
        if self.fails:
            raise StorageError("the disk is full")
        moved, wanted = 0, min(self.held_bytes, -(-target_bytes // self.unit_bytes) * self.unit_bytes)
        while moved < wanted and go_on():
            step = min(self.step_bytes or wanted, wanted - moved)
            self.held_bytes -= step
            moved += step
        return moved

    def reload(self, populate: bool = True) -> None:
        """All of it, or nothing yet."""
        if self.fails:
            raise StorageError("the disk cannot be read")
        self.reloads.append(populate)
        self.held_bytes = self.size_bytes if populate else max(self.held_bytes, min(self.size_bytes, MB))


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:  # noqa: D102  # the class says it
        return self.now_s


Store = TypeVar("Store", CacheStore, TieredStore)

_opened: list[CacheStore | TieredStore] = []


def closed_after(store: Store) -> Store:
    """Have it closed when the test ends (`conftest`)."""
    _opened.append(store)
    return store


def close_opened() -> None:
    """Every store that was opened."""
    while _opened:
        _opened.pop().close()


class World:
    """A manager with everything it needs; limit 1000 MB, host 100 MB, unit 1 MB."""

    def __init__(self, **more: object) -> None:
        self.meter, self.clock = PlayedMeter(), Clock()
        given = {"memory_limit_bytes": 1000 * MB, "max_cache_bytes": 10_000 * MB, "allocation_unit_bytes": MB} | more
        self.config = MemoryConfig(**given)  # type: ignore[arg-type]
        self.ledger = Ledger()
        self.manager = MemoryManager(self.config, self.meter, ledger=self.ledger, clock=self.clock)

    def cache(self, name: str, size_bytes: int, **more: object) -> PlayedCache:
        """A registered cache."""
        cache = PlayedCache(self.meter, name, size_bytes, **more)  # type: ignore[arg-type]
        self.manager.register(cache)
        return cache

    def kinds(self) -> list[EventKind]:
        """What happened, in order."""
        return [event.kind for event in self.manager.events.last()]
