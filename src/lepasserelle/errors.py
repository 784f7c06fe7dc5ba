"""The errors that LePasserelle raises on purpose. Each message says what failed and what to do next.

A face turns them into a line for a person and a non-zero exit; nothing else in the package catches `LeIndexError` broadly.
"""

from collections.abc import Mapping


class LeIndexError(Exception):
    """Base of every error that LePasserelle raises on purpose."""


class ProjectError(LeIndexError):
    """The project folder cannot be used: missing, not a folder, unreadable, or without any source."""


class ConfigError(LeIndexError):
    """A setting is unknown, of the wrong type or out of its range."""


class NotIndexedError(LeIndexError):
    """The question needs an index and there is none."""


class UnknownSymbolError(LeIndexError):
    """No definition has the name that was asked for; `near` holds names like it."""

    def __init__(self, name: str, near: tuple[str, ...] = ()) -> None:
        hint = f" Did you mean {', '.join(near)}?" if near else " Try `leindex search` with words of it."
        said = f"no symbol named {name!r} in the index" if name.strip() else "no symbol has an empty name"
        super().__init__(f"{said}.{hint if name.strip() else ' Give the name of a function, a class or a module.'}")
        self.name = name
        self.near = near


class QueryError(LeIndexError):
    """A query or one of its filters cannot be understood."""


class StorageError(LeIndexError):
    """The index folder cannot be written or read (disk full, read-only, permissions)."""


class IndexFolderError(StorageError):
    """The folder that the index is to be in holds something else, or the index of another project. It was left as it is."""


class DamagedError(StorageError):
    """A file of the index is truncated, altered or missing. It has been put aside; the next step rebuilds it."""


class ModelError(LeIndexError):
    """The model of words that is part of the package cannot be read: missing, truncated, altered. No index is damaged by it."""


class LockedError(StorageError):
    """Another process writes this index."""


class WorkerError(LeIndexError):
    """A child process died or answered nonsense, and trying again did not help."""


class MeetingError(LeIndexError):
    """Processes of one user cannot find or reach each other on this machine."""


class CacheError(LeIndexError):
    """Base of what memory management raises: it could not keep, give up or bring back what was asked of it."""


class UnknownCacheError(CacheError):
    """No cache has the name that was asked for; `known` holds the names that there are."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no cache named {name!r}; there are: {', '.join(known) or 'none'}.")
        self.name = name
        self.known = known


class BudgetExceededError(CacheError):
    """A piece of work asked for more memory than the limit leaves, after everything that could be spilled was spilled.

    `held_bytes` says by whom the memory is held (tags of reservations, names of caches, `host` for the rest).
    """

    def __init__(self, tag: str, asked_bytes: int, limit_bytes: int, limit_name: str, held_bytes: Mapping[str, int]) -> None:
        holders = ", ".join(
            f"{name} {in_megabytes(amount)}" for name, amount in sorted(held_bytes.items(), key=lambda item: (-item[1], item[0]))
        )
        super().__init__(
            f"{tag} asked for {in_megabytes(asked_bytes)}, which the limit of {in_megabytes(limit_bytes)} ({limit_name}) "
            f"does not leave. Held by: {holders or 'nobody'}. Raise the limit, close what holds memory, or use fewer workers."
        )
        self.tag = tag
        self.asked_bytes = asked_bytes
        self.limit_bytes = limit_bytes
        self.limit_name = limit_name
        self.held_bytes = dict(held_bytes)


class LimitTooLowError(CacheError):
    """The memory limit is below what the process needs to work at all."""

    def __init__(self, limit_bytes: int, floor_bytes: int, limit_name: str = "memory_limit_bytes") -> None:
        super().__init__(
            f"the limit of {in_megabytes(limit_bytes)} ({limit_name}) is below the {in_megabytes(floor_bytes)} needed to work. "
            "Raise it to at least that, or free memory in the program that opens the index."
        )
        self.limit_bytes = limit_bytes
        self.floor_bytes = floor_bytes
        self.limit_name = limit_name


class NothingToReloadError(CacheError):
    """A cache was to be reloaded and there is nothing to reload it from."""

    def __init__(self, cache: str, reason: str = "nothing of it was ever indexed") -> None:
        super().__init__(f"there is nothing to reload the {cache} cache from: {reason}. Run `leindex index` first.")
        self.cache = cache


class CacheDamagedError(CacheError, DamagedError):
    """What a cache comes back from was damaged, was rebuilt, and is damaged again: the disk, or another program, alters it."""

    def __init__(self, cache: str, times: int) -> None:
        super().__init__(
            f"the {cache} was damaged and has been rebuilt {times} times, and is damaged again. Check the disk and who else writes "
            "there, or set `index_dir` to another one."
        )
        self.cache = cache


class StoreFullError(CacheError, StorageError):
    """The store of spilled entries has no room for one more, within its quota or on its disk."""

    def __init__(
        self, entry_bytes: int, quota_bytes: int, reason: str = "its quota", quota_setting: str = "store_quota_bytes"
    ) -> None:
        super().__init__(
            f"an entry of {in_megabytes(entry_bytes)} does not fit in the store of spilled entries ({reason}: "
            f"{in_megabytes(quota_bytes)}). Raise {quota_setting}, free disk space, or run `leindex cache clear`."
        )
        self.entry_bytes = entry_bytes
        self.quota_bytes = quota_bytes


def in_megabytes(amount_bytes: int) -> str:
    """`12_345_678` → `12.3 MB` (10⁶ bytes), as every message states memory: bytes below 0.1 MB, larger units from 100 000 MB on."""
    size = abs(amount_bytes)
    if size < 100_000:
        return f"{amount_bytes} bytes"
    if size < 100_000 * 1_000_000:
        return f"{amount_bytes / 1_000_000:.1f} MB"
    for power, unit in ((9, "GB"), (12, "TB"), (15, "PB"), (18, "EB")):
        if size < 1000 * 10**power:
            return f"{amount_bytes / 10**power:.1f} {unit}"
    return f"{'-' if amount_bytes < 0 else ''}over 1000 EB"
