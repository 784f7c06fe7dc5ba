"""Where stored answers and compressed copies lie: what settings ask for, and what is in the tiers.

Not here: when anything moves (`memory.tiers`, `copy_tiers`). Invariant: without `slow_dir` there is one folder, as if there were
no tiers.
"""

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import structs

from lepasserelle.config import Settings
from lepasserelle.errors import ConfigError, NotIndexedError
from lepasserelle.leindex.current import CurrentGeneration
from lepasserelle.leindex.generation import OpenGeneration
from lepasserelle.memory import MemoryConfig
from lepasserelle.memory.store import CacheStore
from lepasserelle.memory.store_folder import SPILLED
from lepasserelle.memory.store_voice import FolderVoice
from lepasserelle.model.tiers import TierContent, TierFigures
from lepasserelle.storage.layout import FROZEN, GENERATIONS, QUARANTINE, SEGMENTS, SLOW_TIER, TIER_ORDER

if TYPE_CHECKING:
    from lepasserelle.leindex.copy_tiers import CopyTiers
    from lepasserelle.memory.tiers import TieredStore

_COPIES_SHARE: Final = 2
"""As `copy_tiers.COPIES_SHARE`, which is not loaded without a slow tier."""

_LOST_AND_FOUND: Final = "lost+found"
_SHOWN: Final = 3

MAPPED: Final = "mapped from the index folder; never moved"


def with_tiers(memory: MemoryConfig | None, settings: Settings, project: Path) -> MemoryConfig:
    """`memory`, with quota, dictionaries and slow tier of the project's settings unless it names them itself."""
    memory = memory or MemoryConfig()
    if memory.store_quota_bytes is None:
        memory = replace(memory, store_quota_bytes=settings.store_quota_bytes)
    if memory.store_dictionaries is None:
        memory = replace(memory, store_dictionaries=settings.store_dictionaries)
    if not settings.slow_dir or memory.slow_dir is not None:
        return memory
    return replace(
        memory,
        slow_dir=project / Path(settings.slow_dir).expanduser(),
        slow_quota_bytes=settings.slow_quota_bytes,
        tier_order=settings.tier_order,
    )


def with_slow_dir(settings: Settings, memory: MemoryConfig | None) -> Settings:
    """`settings` with the slow tier of `memory`, where that names one: its folder is no source of the project."""
    if memory is None or memory.slow_dir is None:
        return settings
    return structs.replace(settings, slow_dir=os.path.abspath(Path(memory.slow_dir).expanduser()))  # noqa: PTH100  # keeps links


def store_for(project: Path, folder: Path, config: MemoryConfig) -> "CacheStore | TieredStore":
    """The store of a project's answers; touches nothing. Raises `ConfigError` when the slow tier lies where the fast one does; a
    file in the place of a folder is warned of.
    """
    fast = folder if config.cache_dir is None else Path(config.cache_dir).expanduser()
    name, dictionaries = os.fsencode(project), bool(config.store_dictionaries)
    voice = FolderVoice()
    if config.cache_dir is not None:
        voice.warn_of_file(fast)
    if config.slow_dir is None:
        return CacheStore(fast, name, _fast_quota_bytes(config), voice=voice, dictionaries=dictionaries)
    from lepasserelle.memory.tier import TierPlace
    from lepasserelle.memory.tier_mark import TierMark
    from lepasserelle.memory.tiers import TieredStore

    slow = Path(config.slow_dir).expanduser()
    for setting, place in (("the index folder" if config.cache_dir is None else "cache_dir", fast), ("the index folder", folder)):
        if (clash := _clash(slow, place, setting)) is not None:
            raise ConfigError(f"{clash}. Name a folder of its own for slow_dir, or leave it out.")
    for own in (SEGMENTS, FROZEN, GENERATIONS, QUARANTINE):
        if _real(slow).is_relative_to(_real(folder / own)):
            where = _where(slow, folder / own)
            raise ConfigError(f"slow_dir{where}, where the index keeps files of its own. Name a folder of its own for slow_dir.")
    if (sources := _sources_in(slow, project, folder)) is not None:
        left_out = f"files of the project ({sources}), which would be left out of the index"
        raise ConfigError(f"slow_dir, {slow}, holds {left_out}. Name a folder of its own for slow_dir.")
    slow_voice = FolderVoice("slow_dir", "slow_quota_bytes")
    slow_voice.warn_of_file(slow)
    mark = TierMark(slow, folder / SLOW_TIER, slow_voice, name)
    places = (
        TierPlace(fast, _fast_quota_bytes(config), TierMark(fast, voice=voice)),
        TierPlace(slow, config.slow_quota_bytes, mark, config.slow_quota_bytes // _COPIES_SHARE),
    )
    is_measured = config.tier_order == "measured"
    return TieredStore(places, name, measured=is_measured, order=folder / TIER_ORDER, dictionaries=dictionaries)


def _clash(slow: Path, fast: Path, setting: str) -> str | None:
    """How both would be one folder, or one lies where the other keeps its entries: each would take the other's for its own, or
    sweep it. None: they do not meet. `setting`: what names the fast one.
    """
    from lepasserelle.leindex.copy_tiers import COPIES

    slow_end, fast_end, fast_kept = _real(slow), _real(fast), _real(fast / SPILLED)
    if slow_end == fast_end:
        same = os.path.normpath(slow) == os.path.normpath(fast)
        return f"slow_dir and {setting} are both {slow}" if same else f"slow_dir, {slow}, is the same folder as {setting}, {fast}"
    if slow_end.is_relative_to(fast_kept):
        return f"slow_dir{_where(slow, fast / SPILLED)}, where {setting} has its answers"
    for kept, what in ((slow / SPILLED, "answers"), (slow / COPIES, "compressed copies")):
        if fast_end.is_relative_to(_real(kept)):
            return f"{setting}{_where(fast, kept)}, where slow_dir would keep its {what}"
        if fast_kept.is_relative_to(_real(kept)) or _real(kept).is_relative_to(fast_kept):
            return f"{fast / SPILLED}, where {setting} has its answers, leads to {fast_kept}, where slow_dir would keep its {what}"
    return None


def _sources_in(slow: Path, project: Path, folder: Path) -> str | None:
    """Some of what lies in a folder of the project and is none of the slow tier's own files; None: nothing, or it is not within."""
    from lepasserelle.leindex.copy_tiers import COPIES

    place = _real(slow)
    if not place.is_relative_to(_real(project)) or place.is_relative_to(_real(folder)):
        return None
    with suppress(OSError), os.scandir(place) as entries:
        own = (SPILLED, COPIES, _LOST_AND_FOUND)
        names = sorted(entry.name for entry in entries if entry.name not in own and not entry.name.startswith("."))
        if names:
            return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    return None


def _where(folder: Path, around: Path) -> str:
    """` is X` or `, X, lies in Y`, by where both lead."""
    return f" is {folder}" if _real(folder) == _real(around) else f", {folder}, lies in {around}"


def _real(path: Path) -> Path:
    """Where links lead: who moved `spilled` to another disk left one."""
    return Path(os.path.realpath(path))


def copies_for(folder: Path, config: MemoryConfig, store: "CacheStore | TieredStore") -> "CopyTiers | None":
    """What moves the copies of the index in `folder`; None without a slow tier. Touches nothing."""
    if config.slow_dir is None or isinstance(store, CacheStore):
        return None
    from lepasserelle.leindex.copy_tiers import CopyTiers

    slow = Path(config.slow_dir).expanduser()
    mark = next(place.mark for place in store.places if place.folder == slow)
    return CopyTiers(
        folder,
        slow,
        _fast_quota_bytes(config),
        config.slow_quota_bytes,
        mark=mark,
        is_lowest=lambda: store.tiers[-1].place.folder == slow,
    )


def _fast_quota_bytes(config: MemoryConfig) -> int:
    return Settings().store_quota_bytes if config.store_quota_bytes is None else config.store_quota_bytes


def figures(store: "CacheStore | TieredStore", copies: "CopyTiers | None", current: CurrentGeneration) -> tuple[TierFigures, ...]:
    """What lies in each folder, and why: the index's own files with that of the fast answers, its copies where they lie."""
    from lepasserelle.memory.tier_report import told

    slow = None if copies is None else str(copies.slow)
    return tuple(_with_files(one, copies, current, is_slow=one.folder == slow) for one in told(store))


def _with_files(one: TierFigures, copies: "CopyTiers | None", current: CurrentGeneration, *, is_slow: bool) -> TierFigures:
    from lepasserelle.leindex.copy_tiers import HERE

    if is_slow and copies is not None:
        return structs.replace(
            one,
            quota_bytes=one.quota_bytes + copies.quota_bytes,
            held_bytes=one.held_bytes + copies.held_bytes(),
            problem="; ".join(filter(None, (one.problem, copies.trouble()))),
            contents=(*copies.contents(below=True), *one.contents),
        )
    files: tuple[TierContent, ...] = ()
    with suppress(NotIndexedError):
        segments, held = current.ask(OpenGeneration.segment_files)
        files = (TierContent("segments", MAPPED, len(segments), sum(segments)),)
        files += (TierContent("copies", HERE, len(held), sum(held)),) if copies is None else tuple(copies.contents(below=False))
    return structs.replace(one, contents=(*files, *one.contents))
