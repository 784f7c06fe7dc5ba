"""How much do we hold, how much may we, and when do we let go? Knows nothing of code.

- `config`                             what the user sets
- `meter` (`procfs`, `cgroups`, `kernel_files`), `bounds`, `freedom`, `sampling`, `peak`   what the system says, and only they read
- `limits`, `watermarks`, `returns`    judgement, pure
- `manager` (`granting`, `reservations`, `monitor`, `pacing`, `waking`, `statistics`, `events`)   the only actor
- `spiller`, `entries`, `pins`, `flights`, `forks`, `pages` (`page_tables`)   how a heavy object leaves memory and comes back
- `protocol`                           what a heavy object is
- `analysis` (`codecs`, `eviction`)    the cache of computed answers
- `prediction`, `trial`                what is touched next, and whether a model is worth more than frequency; pure
- `store` (`store_folder`, `store_entry`, `store_index`, `store_counts`), `tiers` (`tier`, `tier_*`)   where they go

Invariant: what is reported as held or given back was measured, or is None. Importing this package loads nothing of it: a command
that asks one question needs next to nothing, and child processes import it too.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lepasserelle.memory.analysis import AnalysisCache, Answers
    from lepasserelle.memory.codecs import Codec, EntryStore, Kind
    from lepasserelle.memory.config import MemoryConfig, WarmStrategy
    from lepasserelle.memory.events import Event, EventKind
    from lepasserelle.memory.manager import MemoryManager
    from lepasserelle.memory.meter import Holder, MappedBytes, MemoryReading, Meter
    from lepasserelle.memory.peak import PeakSampler
    from lepasserelle.memory.protocol import CacheState, HeavyObject, ReloadCost
    from lepasserelle.memory.reservations import Reservation
    from lepasserelle.memory.spiller import CacheSpiller, Outcome, SpillReport
    from lepasserelle.memory.statistics import CacheStatistics, MemoryStatistics

__all__ = [
    "AnalysisCache",
    "Answers",
    "CacheSpiller",
    "CacheState",
    "CacheStatistics",
    "Codec",
    "EntryStore",
    "Event",
    "EventKind",
    "HeavyObject",
    "Holder",
    "Kind",
    "MappedBytes",
    "MemoryConfig",
    "MemoryManager",
    "MemoryReading",
    "MemoryStatistics",
    "Meter",
    "Outcome",
    "PeakSampler",
    "ReloadCost",
    "Reservation",
    "SpillReport",
    "WarmStrategy",
]

_HOMES = {
    "analysis": ("AnalysisCache", "Answers"),
    "codecs": ("Codec", "EntryStore", "Kind"),
    "config": ("MemoryConfig", "WarmStrategy"),
    "events": ("Event", "EventKind"),
    "manager": ("MemoryManager",),
    "meter": ("Holder", "MappedBytes", "MemoryReading", "Meter"),
    "peak": ("PeakSampler",),
    "protocol": ("CacheState", "HeavyObject", "ReloadCost"),
    "reservations": ("Reservation",),
    "spiller": ("CacheSpiller", "Outcome", "SpillReport"),
    "statistics": ("CacheStatistics", "MemoryStatistics"),
}

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value
