"""The errors that LePasserelle raises on purpose. Each message says what failed and what to do next.

A face turns them into a line for a person and a non-zero exit; nothing else in the package catches `LeIndexError` broadly.
"""


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
        super().__init__(f"no symbol named {name!r} in the index.{hint}")
        self.name = name
        self.near = near


class QueryError(LeIndexError):
    """A query or one of its filters cannot be understood."""


class StorageError(LeIndexError):
    """The index folder cannot be written or read (disk full, read-only, permissions)."""


class DamagedError(StorageError):
    """A file of the index is truncated, altered or missing. It has been put aside; the next step rebuilds it."""


class LockedError(StorageError):
    """Another process writes this index."""


class WorkerError(LeIndexError):
    """A child process died or answered nonsense, and trying again did not help."""
