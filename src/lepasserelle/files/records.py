r"""The records that pass between walking, reading and ingest, and the closed vocabulary of reasons for leaving a file out.

Paths
-----
A path is a `str` relative to the project, with forward slashes, that is always valid Unicode, so that it survives JSON, msgpack and
SQLite. A file name need not be: each byte of it that is no UTF-8 is written as `\xNN`, and a backslash that stands before an `x` as
`\x5c`. `path_from_os` and `path_to_os` are inverse to each other for every POSIX name; ordinary names are left as they are.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from lepasserelle.config import Settings
from lepasserelle.errors import ConfigError
from lepasserelle.late import late


class SkipReason(StrEnum):
    """Why something is not in the index. The value is what people read; `IndexReport.skipped` counts by it."""

    IGNORED = "ignored by .gitignore"
    LEINDEX_IGNORED = "ignored by .leindexignore"
    EXCLUDED = "excluded by setting"
    LANGUAGE = "language not asked for"
    VERSION_CONTROL = "version control"
    DEPENDENCIES = "dependencies"
    CACHE = "cache"
    BUILD_OUTPUT = "build output"
    BINARY = "binary"
    MINIFIED = "minified"
    GENERATED = "generated"
    LOCK_FILE = "lock file"
    DATA = "data"
    """Tables, drawings and translation catalogues: text by form, but nobody looks for code in it, and it can outweigh the code."""
    TOO_LARGE = "too large"
    UNREADABLE = "unreadable"
    SPECIAL = "not a regular file"
    SECRET = "may hold a secret"  # noqa: S105  # a reason, not a password
    LINK_INSIDE = "link to a place inside the project"
    LINK_OUTSIDE = "link that leaves the project"
    LINK_BROKEN = "broken link"
    VANISHED = "vanished while indexing"
    CHANGED = "changed while it was read"


class WalkRules(msgspec.Struct, frozen=True, kw_only=True):
    """What walking and reading need of the settings. Travels to child processes."""

    max_file_bytes: int = 1 << 20
    include_secrets: bool = False
    exclude: tuple[str, ...] = ()
    """Patterns in the syntax of `.gitignore`, from the project's root, stronger than any ignore file."""
    languages: tuple[str, ...] = ()
    """Only these; empty: all."""
    index_dir: str = ""
    """As in `Settings`; an index folder inside the project is never a source."""
    slow_dir: str = ""
    """The same of the slow tier."""

    @classmethod
    def from_settings(cls, settings: Settings) -> "WalkRules":
        """The rules that the settings ask for. Raises `ConfigError` for a language that there is none of."""
        if settings.languages:
            _check_languages(settings.languages)
        return cls(
            max_file_bytes=settings.max_file_bytes,
            include_secrets=settings.include_secrets,
            exclude=settings.exclude,
            languages=settings.languages,
            index_dir=settings.index_dir,
            slow_dir=settings.slow_dir,
        )


def _check_languages(languages: Sequence[str]) -> None:
    from lepasserelle.files.language import known_languages

    known = known_languages()
    for language in languages:
        if language not in known:
            raise ConfigError(f"setting 'languages': there is no language {language!r}. There are: {', '.join(sorted(known))}.")


class FileEntry(msgspec.Struct, frozen=True, array_like=True):
    """A file that may be a source, by its name and `stat` alone."""

    path: str
    """See the module's note on paths."""
    size_bytes: int
    mtime_ns: int
    language: str
    """By name; empty when only the content can tell (`Source.language` is what counts)."""
    flags: int = 0
    """`NodeFlag.TEST` and `NodeFlag.SECONDARY`, by path."""


FileTime: TypeAlias = tuple[int, int]
"""Size in bytes and time of change in ns."""


class FolderMark(msgspec.Struct, frozen=True, array_like=True):
    """A folder as it was just before it was listed."""

    mtime_ns: int
    ctime_ns: int
    names: int
    """`marks.names_of`."""


class TreeMarks(msgspec.Struct, frozen=True, array_like=True):
    """What the next count compares the tree with. Paths are in the form of the index."""

    key: str = ""
    """For which project and which rules; empty: there are no marks."""
    began_ns: int = 0
    """Wall clock before the walk: what changed later than a little before that may have changed once more unseen."""
    folders: Mapping[str, FolderMark] = {}
    """Every folder that was listed, with a slash at its end."""
    rules: Mapping[str, FileTime] = {}
    """Every file that the rules were read from or looked for at, by its absolute path."""
    large: tuple[str, ...] = ()
    """Files that were left out for their size."""


class Walk(msgspec.Struct, frozen=True):
    """What a walk found."""

    entries: list[FileEntry]
    """In the order of their paths' UTF-8 bytes."""
    skipped: list[tuple[str, str]]
    """(path, `SkipReason`), in the same order. A folder that was not entered stands once, with a slash at its end."""
    marks: TreeMarks = TreeMarks()


class Source(msgspec.Struct, frozen=True):
    """The text of one file, as it will be parsed."""

    data: bytes
    """UTF-8 where the file said so or had a UTF-16/32 mark; otherwise its bytes as they are, which may be no valid UTF-8."""
    fingerprint: bytes
    """16 bytes: xxh3_128 of `data`, big endian."""
    language: str


class StaleCount(msgspec.Struct, frozen=True):
    """How the project differs from what is known of it, by size and time of change."""

    changed: int
    added: int
    removed: int
    complete: bool
    """False: the deadline came first; the figures are lower bounds and `removed` is 0."""

    @property
    def total(self) -> int:
        """All files that differ."""
        return self.changed + self.added + self.removed


_ESCAPE: Final = late(rb"\\x([0-9a-f]{2})")


def path_from_os(name: str) -> str:
    """A name or path as `os` gives it (undecodable bytes as lone surrogates) → the form that the index keeps."""
    if "\\x" in name:
        name = name.replace("\\x", "\\x5cx")
    if name.isascii():
        return name
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def path_to_os(path: str) -> str:
    """The inverse of `path_from_os`."""
    if "\\x" not in path:
        return path
    raw = _ESCAPE.sub(lambda match: bytes.fromhex(match[1].decode()), path.encode())
    return raw.decode("utf-8", "surrogateescape")


def os_path(project: Path, path: str) -> str:
    """The place of `path` in the file system, for `os` functions."""
    return os.path.join(project, path_to_os(path))  # noqa: PTH118  # pathlib costs ten times as much, once per file


def by_reason(skipped: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Paths by reason, reasons in alphabetical order: the form in which reports count them."""
    groups: dict[str, list[str]] = {}
    for path, reason in skipped:
        groups.setdefault(str(reason), []).append(path)
    return dict(sorted(groups.items()))
