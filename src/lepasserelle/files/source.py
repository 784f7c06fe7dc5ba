"""One file's text, read once and safely, or the reason why there is none.

Not here: parsing. Invariant: the bytes handed out are those of one moment (`stat` before and after agree), never more than the
limit, and the reading neither follows a link, waits on a pipe, nor changes anything.
"""

import os
import stat
from pathlib import Path
from typing import Final

import xxhash

from lepasserelle.files import content
from lepasserelle.files.language import language_of
from lepasserelle.files.records import FileEntry, SkipReason, Source, WalkRules, os_path
from lepasserelle.files.secrets import secret_kind

_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_ATTEMPTS: Final = 2


def read_source(project: Path, entry: FileEntry, rules: WalkRules) -> Source | str:
    """The text of `entry`, or a `SkipReason`. Never raises for what the file is or has become."""
    data = _read_steady(os_path(project, entry.path), rules.max_file_bytes)
    if isinstance(data, SkipReason):
        return data
    text = content.decoded(data)
    if text is None:
        return SkipReason.BINARY
    language = language_of(entry.path.rsplit("/", 1)[-1], entry.language, text)
    text = content.declared(text, language)
    reason = _content_reason(text, language, rules)
    return reason if reason is not None else Source(text, fingerprint(text), language)


def fingerprint(data: bytes) -> bytes:
    """16 bytes that stand for the content: XXH3-128 (Collet, 2019), big endian. Not for use against an adversary."""
    return xxhash.xxh3_128_digest(data)


def _content_reason(text: bytes, language: str, rules: WalkRules) -> SkipReason | None:
    if rules.languages and language not in rules.languages:
        return SkipReason.LANGUAGE
    if not rules.include_secrets and secret_kind(text):
        return SkipReason.SECRET
    if content.is_minified(text, language):
        return SkipReason.MINIFIED
    return SkipReason.GENERATED if content.is_generated(text) else None


def _read_steady(path: str, limit_bytes: int) -> bytes | SkipReason:
    """The bytes of the file at one moment; tried once more when it changes meanwhile."""
    for _ in range(_ATTEMPTS):
        try:
            data = _read_once(path, limit_bytes)
        except FileNotFoundError:
            return SkipReason.VANISHED
        except (OSError, ValueError):
            return _refused(path)
        if data is not None:
            return data
    return SkipReason.CHANGED


def _read_once(path: str, limit_bytes: int) -> bytes | SkipReason | None:
    """None: the file changed while it was read."""
    descriptor = os.open(path, _FLAGS)
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            return SkipReason.SPECIAL
        if before.st_size > limit_bytes:
            return SkipReason.TOO_LARGE
        data = _read_up_to(descriptor, before.st_size + 1)
        return (
            data if len(data) == before.st_size and _same(before, os.fstat(descriptor)) and _same(before, os.lstat(path)) else None
        )
    finally:
        os.close(descriptor)


def _read_up_to(descriptor: int, size_bytes: int) -> bytes:
    data = os.read(descriptor, size_bytes)
    if len(data) >= size_bytes - 1:
        return data
    pieces = [data]
    missing = size_bytes - len(data)
    while missing and (piece := os.read(descriptor, missing)):
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _same(first: os.stat_result, second: os.stat_result) -> bool:
    return (first.st_ino, first.st_size, first.st_mtime_ns) == (second.st_ino, second.st_size, second.st_mtime_ns)


def _refused(path: str) -> SkipReason:
    """Why the system would not open it: it became a link or a socket, or may not be read."""
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return SkipReason.VANISHED
    except (OSError, ValueError):
        return SkipReason.UNREADABLE
    return SkipReason.UNREADABLE if stat.S_ISREG(status.st_mode) else SkipReason.SPECIAL
