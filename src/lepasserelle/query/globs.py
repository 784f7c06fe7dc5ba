"""Which paths a person means: a glob, read once, matched in linear time. Knows text only."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from lepasserelle.errors import QueryError
from lepasserelle.late import late


class Glob:
    """A posix glob for whole relative paths. Matching takes time in proportion to glob and path, whatever the glob is."""

    def __init__(self, parts: Sequence[re.Pattern[str] | None]) -> None:
        self._parts = parts

    def matches(self, path: str) -> bool:
        """Whether the path, or a folder above it, is meant."""
        names = path.split("/")
        name, part, star, tried = 0, 0, -1, 0
        while name < len(names):
            pattern = self._parts[part] if part < len(self._parts) else _NOTHING
            if pattern is None:
                star, tried = part, name
                part += 1
            elif pattern.fullmatch(names[name]):
                name, part = name + 1, part + 1
            elif star >= 0:  # the last `**` takes one folder more; an earlier one need never be tried again
                tried += 1
                name, part = tried, star + 1
            else:
                return False
        return all(pattern is None for pattern in self._parts[part:])


_NOTHING: Final = late(r"(?!)")
_STARS: Final = late(r"\*+(?![^\[]*\])")
"""Not those in a set."""


@lru_cache(maxsize=64)
def glob_pattern(glob: str) -> Glob:
    """Reads a glob. Raises `QueryError` for one that is empty or cannot be read.

    `*` and `?` stay within a folder, `**` crosses them, `[…]` is a set. Without a slash (`*.py`) the last part of the path is
    meant; a folder (`src/api` or `src/api/`) means all that is below it.
    """
    text = glob.strip().removeprefix("./").lstrip("/")
    if not text or "\0" in text:
        raise QueryError(f"path filter {glob!r} is empty: give a glob such as 'src/**/*.py'")
    names = text.rstrip("/").split("/")
    anywhere = ["**"] if len(names) == 1 else []
    try:
        return Glob([None if name == "**" else re.compile(_translated(name), re.DOTALL) for name in (*anywhere, *names, "**")])
    except re.error as error:
        raise QueryError(f"path filter {glob!r} cannot be read: {error}") from error


def nothing_meant(glob: str) -> QueryError:
    """The error for a glob that no file of the index matches."""
    about = "a glob is relative to the project, such as 'src/**/*.py' or 'src/api'"
    hint = "; `[…]` is a set of signs, and `[[]` the sign `[`" if "[" in glob else ""
    return QueryError(f"no file of the index matches the path filter {glob!r}: {about}{hint}")


def _translated(name: str) -> str:
    """One part of a glob as a pattern. What stands between two stars is taken where it stands first (an atomic group), which is
    enough and cannot run away.
    """
    pieces = [_piece(piece) for piece in _STARS.split(name)]
    if len(pieces) == 1:
        return pieces[0]
    return "".join([pieces[0], *(f"(?>.*?{piece})" for piece in pieces[1:-1]), ".*", pieces[-1]])


def _piece(glob: str) -> str:
    out: list[str] = []
    at = 0
    while at < len(glob):
        char = glob[at]
        if char == "[" and "]" in glob[at + 2 :]:
            end = glob.index("]", at + 2)
            inner = glob[at + 1 : end].replace("\\", "\\\\")
            out.append("[" + ("^" + inner[1:] if inner[0] == "!" else inner) + "]")
            at = end + 1
        else:
            out.append("." if char == "?" else re.escape(char))
            at += 1
    return "".join(out)
