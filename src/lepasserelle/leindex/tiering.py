"""Where stored answers lie: the store that settings ask for, and what is in its tiers.

Not here: when anything moves (`memory.tiers`). Invariant: without `slow_dir` there is one folder, as if there were no tiers.
"""

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import structs

from lepasserelle.config import Settings
from lepasserelle.errors import NotIndexedError
from lepasserelle.leindex.current import CurrentGeneration
from lepasserelle.leindex.generation import OpenGeneration
from lepasserelle.memory import MemoryConfig
from lepasserelle.memory.store import CacheStore
from lepasserelle.model.tiers import TierContent, TierFigures

if TYPE_CHECKING:
    from lepasserelle.memory.tiers import TieredStore

MAPPED: Final = "mapped from the index folder; never moved"
COPIES: Final = "compressed copies in the index folder, from which a lost segment comes back"


def with_tiers(memory: MemoryConfig | None, settings: Settings, project: Path) -> MemoryConfig | None:
    """`memory`, with the slow tier of the project's settings unless it names one itself."""
    if not settings.slow_dir or (memory is not None and memory.slow_dir is not None):
        return memory
    return replace(
        memory or MemoryConfig(),
        slow_dir=project / Path(settings.slow_dir).expanduser(),
        slow_quota_bytes=settings.slow_quota_bytes,
        tier_order=settings.tier_order,
    )


def store_for(project: Path, folder: Path, config: MemoryConfig) -> "CacheStore | TieredStore":
    """The store of a project's answers; touches nothing."""
    fast = folder if config.cache_dir is None else Path(config.cache_dir).expanduser()
    name = os.fsencode(project)
    if config.slow_dir is None:
        return CacheStore(fast, name, config.store_quota_bytes)
    from lepasserelle.memory.tiers import TieredStore, TierPlace

    places = (
        TierPlace(fast, config.store_quota_bytes),
        TierPlace(Path(config.slow_dir).expanduser(), config.slow_quota_bytes),
    )
    return TieredStore(places, name, measured=config.tier_order == "measured")


def figures(store: "CacheStore | TieredStore", current: CurrentGeneration) -> tuple[TierFigures, ...]:
    """What lies in each folder, and why; with the first one the index's own files."""
    from lepasserelle.memory.tier_report import told

    first, *others = told(store)
    files: tuple[TierContent, ...] = ()
    with suppress(NotIndexedError):
        files = current.ask(_index_files)
    return (structs.replace(first, contents=(*files, *first.contents)), *others)


def _index_files(generation: OpenGeneration) -> tuple[TierContent, ...]:
    segments, copies = generation.segment_files()
    return (
        TierContent("segments", MAPPED, len(segments), sum(segments)),
        TierContent("copies", COPIES, len(copies), sum(copies)),
    )
