"""LePasserelle: code intelligence that lives inside a memory budget.

`LeIndex` opens a project, indexes it and answers questions about it; everything runs locally and offline.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lepasserelle.config import Settings
    from lepasserelle.errors import (
        BudgetExceededError,
        CacheDamagedError,
        CacheError,
        ConfigError,
        DamagedError,
        IndexFolderError,
        LeIndexError,
        LimitTooLowError,
        LockedError,
        ModelError,
        NothingToReloadError,
        NotIndexedError,
        ProjectError,
        QueryError,
        StorageError,
        StoreFullError,
        UnknownCacheError,
        UnknownSymbolError,
        WorkerError,
    )
    from lepasserelle.ingest import Progress
    from lepasserelle.leindex import LeIndex, Staleness
    from lepasserelle.memory import MemoryConfig, WarmStrategy
    from lepasserelle.model import (
        Analysis,
        BrokenFile,
        BrokenPart,
        CacheCheck,
        CacheFigures,
        CacheStats,
        ContextPart,
        Edge,
        FurtherPlace,
        IndexReport,
        MemoryReport,
        PartBytes,
        SearchHit,
        SegmentCheck,
        Skipped,
        Status,
        Symbol,
        Warmed,
        WarmReport,
    )

__all__ = [
    "Analysis",
    "BrokenFile",
    "BrokenPart",
    "BudgetExceededError",
    "CacheCheck",
    "CacheDamagedError",
    "CacheError",
    "CacheFigures",
    "CacheStats",
    "ConfigError",
    "ContextPart",
    "DamagedError",
    "Edge",
    "FurtherPlace",
    "IndexFolderError",
    "IndexReport",
    "LeIndex",
    "LeIndexError",
    "LimitTooLowError",
    "LockedError",
    "MemoryConfig",
    "MemoryReport",
    "ModelError",
    "NotIndexedError",
    "NothingToReloadError",
    "PartBytes",
    "Progress",
    "ProjectError",
    "QueryError",
    "SearchHit",
    "SegmentCheck",
    "Settings",
    "Skipped",
    "Staleness",
    "Status",
    "StorageError",
    "StoreFullError",
    "Symbol",
    "UnknownCacheError",
    "UnknownSymbolError",
    "WarmReport",
    "WarmStrategy",
    "Warmed",
    "WorkerError",
]

_HOMES = {
    "config": ("Settings",),
    "errors": tuple(name for name in __all__ if name.endswith("Error")),
    "ingest": ("Progress",),
    "leindex": ("LeIndex", "Staleness"),
    "memory": ("MemoryConfig", "WarmStrategy"),
    "model": (
        "Analysis",
        "BrokenFile",
        "BrokenPart",
        "CacheCheck",
        "CacheFigures",
        "CacheStats",
        "ContextPart",
        "Edge",
        "FurtherPlace",
        "IndexReport",
        "MemoryReport",
        "PartBytes",
        "SearchHit",
        "SegmentCheck",
        "Skipped",
        "Status",
        "Symbol",
        "WarmReport",
        "Warmed",
    ),
}
"""Loaded when first asked for: a child process imports this package too, and needs none of it."""

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(f"{__name__}.{_HOME_OF[name]}")
    if name == "LeIndex":
        home.offer_control(lambda leindex: import_module(f"{__name__}.faces.control").serve(leindex))
    value: object = getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
