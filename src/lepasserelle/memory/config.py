"""What the user may set about memory: one frozen record, checked when it is made.

Not here: the limits that the system sets (see `limits`) and where a project keeps its index. Invariant: a `MemoryConfig` that
exists has every value in its range and its marks in order (low < spill < hard), so nobody checks them again.
"""

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from lepasserelle.errors import ConfigError

SMALLEST_UNIT_BYTES: Final = 64 * 1024
LONGEST_INTERVAL_S: Final = 86_400.0
TIER_ORDERS: Final = ("configured", "measured")


class WarmStrategy(enum.Enum):
    """Which caches are loaded ahead of need, and in which order."""

    ALL = "all"
    """Graph, then search index."""
    PDG_ONLY = "pdg_only"
    """The program dependence graph alone."""
    SEARCH_INDEX_ONLY = "search_index_only"
    """The search index alone."""
    RECENT_FIRST = "recent_first"
    """What was used last comes first, across processes and restarts."""
    PREDICTED = "predicted"
    """What this user's own log says will be touched next, as far as it is worth it."""

    @classmethod
    def _missing_(cls, value: object) -> "WarmStrategy | None":
        """The word in capitals, as the member is called, does as well."""
        return next((one for one in cls if isinstance(value, str) and value.lower() == one.value), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryConfig:
    """Limits and habits of memory management. Raises `ConfigError` for a value of the wrong type or out of its range."""

    cache_dir: Path | str | None = None
    """Folder of spilled analysis results, namespaced by project, so several may share it. None: the folder of the index."""
    max_cache_bytes: int = 500_000_000
    """What the caches may hold in memory together; more is spilled even without pressure, down to `low_threshold` of it."""
    spill_threshold: float = 0.85
    """The high mark: spilling begins when usage reaches this share of the limit, or the system's memory in use reaches it."""
    check_interval_secs: float = 30.0
    """Longest time between two looks of the monitor; it looks more often near the high mark. Seconds."""
    auto_spill: bool = True
    """Whether the monitor runs. Reservations spill what they need in either case."""
    memory_limit_bytes: int | None = None
    """What the process tree may hold. None: what cgroups and the machine allow, and in any case no more than they do."""
    low_threshold: float = 0.70
    """The low mark: spilling ends there, and warming never goes beyond it."""
    hard_threshold: float = 0.95
    """The hard mark: a reservation that would pass this share of the limit waits, makes room, or is refused."""
    store_quota_bytes: int | None = None
    """Disk space for spilled analysis results. None: as the project's settings say, 500 MB unless they say otherwise."""
    slow_dir: Path | str | None = None
    """Folder of a slower and larger tier of stored results, on another disk or a network mount. None: there is no such tier."""
    slow_quota_bytes: int = 5_000_000_000
    """Disk space for results in `slow_dir`."""
    tier_order: Literal["configured", "measured"] = "configured"
    """`configured`: `cache_dir` comes before `slow_dir`. `measured`: the one that is read faster when the store is first used."""
    allocation_unit_bytes: int = 16 * 1024 * 1024
    """Work that allocates more than this at once reserves it first."""
    store_dictionaries: bool | None = None
    """Whether dictionaries are trained for small stored results: an eighth fewer bytes, and as many blocks of a disk as before.
    None: as the project's settings say, off unless they say otherwise."""
    access_log: bool = True
    """Whether it is written down when what was used last and which question touched what (kinds, ids and times, never text):
    for `WarmStrategy.RECENT_FIRST` and `PREDICTED`."""

    predict_blocks: bool = False
    """Whether `WarmStrategy.PREDICTED` learns and warms blocks of pages instead of whole files. While it is on, what comes back is
    mapped and its pages come as they are read."""

    def __post_init__(self) -> None:
        _check_folder("cache_dir", self.cache_dir)
        _check_folder("slow_dir", self.slow_dir)
        if self.tier_order not in TIER_ORDERS:
            raise ConfigError(f"memory setting 'tier_order' is one of {', '.join(TIER_ORDERS)}; got {self.tier_order!r}.")
        _check_bytes("max_cache_bytes", self.max_cache_bytes, 1)
        if self.store_quota_bytes is not None:
            _check_bytes("store_quota_bytes", self.store_quota_bytes, 0)
        _check_bytes("slow_quota_bytes", self.slow_quota_bytes, 0)
        _check_bytes("allocation_unit_bytes", self.allocation_unit_bytes, SMALLEST_UNIT_BYTES)
        if self.memory_limit_bytes is not None:
            _check_bytes("memory_limit_bytes", self.memory_limit_bytes, self.allocation_unit_bytes)
        for name in ("auto_spill", "access_log", "predict_blocks", "store_dictionaries"):
            if not isinstance(getattr(self, name), bool) and (name != "store_dictionaries" or self.store_dictionaries is not None):
                raise ConfigError(f"memory setting {name!r} is true or false; got {getattr(self, name)!r}.")
        _check_number("check_interval_secs", self.check_interval_secs, 0.05, LONGEST_INTERVAL_S)
        for name in ("low_threshold", "spill_threshold", "hard_threshold"):
            _check_number(name, getattr(self, name), 0.01, 1.0)
        _check_order("low_threshold", self.low_threshold, "spill_threshold", self.spill_threshold)
        _check_order("spill_threshold", self.spill_threshold, "hard_threshold", self.hard_threshold)


def _check_folder(name: str, value: object) -> None:
    if value is not None and (not isinstance(value, Path | str) or not str(value)):
        raise ConfigError(f"memory setting {name!r} is a folder or None; got {value!r}.")
    if "\0" in str(value):
        raise ConfigError(f"memory setting {name!r} holds a null character, which no path can; got {value!r}.")


def _check_bytes(name: str, value: object, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ConfigError(f"memory setting {name!r} is a whole number of bytes; got {value!r}.")
    if value < least:
        raise ConfigError(f"memory setting {name!r} is at least {least} bytes; got {value}.")


def _check_number(name: str, value: object, least: float, most: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigError(f"memory setting {name!r} is a number; got {value!r}.")
    if not least <= value <= most:
        raise ConfigError(f"memory setting {name!r} lies between {least:g} and {most:g}; got {value!r}.")


def _check_order(lower: str, lower_value: float, upper: str, upper_value: float) -> None:
    if lower_value >= upper_value:
        raise ConfigError(
            f"memory setting {lower!r} ({lower_value:g}) must be below {upper!r} ({upper_value:g}). Set both so that they differ."
        )
