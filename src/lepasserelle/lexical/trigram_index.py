"""Which files may hold a text: trigrams of what must be in it, looked up in postings; and how many lines end before a place in one.

Not a search: whoever asks reads the files and sees. Knows file numbers only. Invariant: a file that holds what is needed is always
among those that are given (`Needed` says what that means), so that what is found there is everything.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

import msgspec

from lepasserelle.errors import DamagedError
from lepasserelle.lexical.listed import kept_in
from lepasserelle.lexical.trigrams import LENGTH, few_trigrams, folded
from lepasserelle.model import Sections, Views

BLOCK_BITS: Final = 9
"""Line ends are counted before every 512 bytes of a text: 0.8 % beside it, and 0.2 µs for the rest (docs/decisions/340)."""

_MOST_LISTS: Final = 12
"""Of one text: the shortest lists; what further ones would leave out costs less to read than they do to look up."""


_FEW_FILES: Final = 4
"""So few are read sooner than one more list is."""


class Holds(msgspec.Struct, frozen=True, tag=True):
    """Files with this text in them, whatever the case of its ASCII letters. A text of fewer than three bytes: all files."""

    text: bytes


class Every(msgspec.Struct, frozen=True, tag=True):
    """Files in which all of these are; none of them: all files."""

    of: tuple["Needed", ...] = ()


class AnyOf(msgspec.Struct, frozen=True, tag=True):
    """Files in which one of these is."""

    of: tuple["Needed", ...]


Needed = Holds | Every | AnyOf
EVERYTHING: Final = Every()


class TrigramIndex:
    """Reads the sections of a trigram segment, as arrays or as plain memory. Keeps nothing, so threads may share it.

    Does without numpy: a question reads little, and a command that asks one would pay more for loading numpy than for all the rest.
    """

    def __init__(self, sections: Sections | Views) -> None:
        try:
            self._trigrams = memoryview(sections["trigrams"])  # type: ignore[arg-type]
            self._offsets = memoryview(sections["offsets"])  # type: ignore[arg-type]
            self._postings = memoryview(sections["postings"])  # type: ignore[arg-type]
            self._line_counts = memoryview(sections["line_counts"])  # type: ignore[arg-type]
            self._line_starts = memoryview(sections["line_starts"])  # type: ignore[arg-type]
            self.file_count = memoryview(sections["file_count"])[0]  # type: ignore[arg-type]
        except KeyError as error:
            raise DamagedError(f"the trigram segment has no section {error}. Run `leindex index` to rebuild the index") from error

    def files(self, needed: Needed) -> Sequence[int]:
        """The files that may hold it, ascending."""
        found = self._files(needed)
        return range(self.file_count) if found is None else sorted(found)

    def line_counts(self, file: int) -> Sequence[int]:
        """How many lines of a file's text end before each block of `1 << BLOCK_BITS` bytes, also before what is less than one."""
        return self._line_counts[self._line_starts[file] : self._line_starts[file + 1]]

    def _files(self, needed: Needed) -> set[int] | None:
        """None: all of them."""
        if isinstance(needed, Holds):
            return self._holding(needed.text)
        if isinstance(needed, AnyOf):
            parts = [self._files(part) for part in needed.of]
            return None if None in parts else set().union(*(part for part in parts if part is not None))
        found: set[int] | None = None
        for part in map(self._files, needed.of):
            found = part if found is None else found if part is None else found & part
        return found

    def _holding(self, text: bytes) -> set[int] | None:
        places = [self._place(trigram) for trigram in few_trigrams(text)]
        if -1 in places:
            return set()
        found: set[int] | None = None
        for place in sorted(places, key=lambda place: self._offsets[place + 1] - self._offsets[place])[:_MOST_LISTS]:
            listed = bytes(self._postings[self._offsets[place] : self._offsets[place + 1]])
            found = kept_in(listed, self.file_count, found)
            if len(found) <= _FEW_FILES:
                break
        return found

    def _place(self, trigram: int) -> int:
        """Where the trigram stands, -1: in no file."""
        at = bisect_left(self._trigrams, trigram)
        return at if at < len(self._trigrams) and self._trigrams[at] == trigram else -1


def every(parts: Sequence[Needed]) -> Needed:
    """All of them, in the plainest form."""
    useful = tuple(dict.fromkeys(part for part in parts if part != EVERYTHING))
    return useful[0] if len(useful) == 1 else Every(useful)


def any_of(parts: Sequence[Needed]) -> Needed:
    """One of them, in the plainest form."""
    distinct = tuple(dict.fromkeys(parts))
    if EVERYTHING in distinct:
        return EVERYTHING
    return distinct[0] if len(distinct) == 1 else AnyOf(distinct)


def holds(text: bytes) -> Needed:
    """The text; a short one says nothing, and of one that begins or ends within a character only what is ASCII is asked for."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return every([holds(part) for part in re.split(rb"[\x80-\xff]+", text)])
    return Holds(text) if len(folded(text)) >= LENGTH else EVERYTHING
