"""LePasserelle: code intelligence that lives inside a memory budget.

`LeIndex` opens a project, indexes it and answers questions about it; everything runs locally and offline.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lepasserelle.config import Settings
    from lepasserelle.errors import (
        ConfigError,
        DamagedError,
        LeIndexError,
        LockedError,
        NotIndexedError,
        ProjectError,
        QueryError,
        StorageError,
        UnknownSymbolError,
        WorkerError,
    )
    from lepasserelle.ingest import Progress
    from lepasserelle.leindex import LeIndex, Staleness
    from lepasserelle.model import Edge, IndexReport, MemoryReport, PartBytes, SearchHit, Skipped, Status, Symbol

__all__ = [
    "ConfigError",
    "DamagedError",
    "Edge",
    "IndexReport",
    "LeIndex",
    "LeIndexError",
    "LockedError",
    "MemoryReport",
    "NotIndexedError",
    "PartBytes",
    "Progress",
    "ProjectError",
    "QueryError",
    "SearchHit",
    "Settings",
    "Skipped",
    "Staleness",
    "Status",
    "StorageError",
    "Symbol",
    "UnknownSymbolError",
    "WorkerError",
]

_HOMES = {
    "config": ("Settings",),
    "errors": tuple(name for name in __all__ if name.endswith("Error")),
    "ingest": ("Progress",),
    "leindex": ("LeIndex", "Staleness"),
    "model": ("Edge", "IndexReport", "MemoryReport", "PartBytes", "SearchHit", "Skipped", "Status", "Symbol"),
}
"""Loaded when first asked for: a child process imports this package too, and needs none of it."""

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
