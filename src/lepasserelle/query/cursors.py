"""Where a page of an answer begins, as a caller gives it back, and what tells one answer's cursors from another's.

Not how a page is cut (`query.page`).
"""

from typing import Final

import msgspec
import xxhash

from lepasserelle.errors import QueryError
from lepasserelle.model import Request

_STAMP_CHARS: Final = 6
_MOST_ITEMS: Final = 10**9


class Cursor(msgspec.Struct, frozen=True):
    """Where a page begins, in which answer."""

    start: int
    stamp: str

    @property
    def text(self) -> str:
        """As a caller gives it back."""
        return f"{self.start}.{self.stamp}"


def stamp(*parts: object) -> str:
    """Few characters that stand for a question and a generation: a cursor of another one is refused."""
    return xxhash.xxh3_64_hexdigest(repr(parts).encode("utf-8", "replace"))[:_STAMP_CHARS]


def identity(request: Request) -> object:
    """What two requests of one answer have in common: all but the place and the size of the page."""
    return type(request).__name__, msgspec.structs.astuple(msgspec.structs.replace(request, cursor="", max_tokens=0))


def read_cursor(text: str, expected: str) -> int:
    """Where to go on. Raises `QueryError` for what is no cursor of this question on this generation."""
    if not text:
        return 0
    start, _, given = text.partition(".")
    if not (start.isascii() and start.isdigit() and len(start) < len(str(_MOST_ITEMS)) and given):
        raise QueryError("that is no cursor; give the one that the cut answer ended with, or none")
    if given != expected:
        raise QueryError("this cursor is of another question, or the index has changed since; ask again without a cursor")
    return int(start)
