"""Which files may hold a text: trigrams of what must be in it, looked up in postings.

Not a search: whoever asks reads the files and sees. Knows file numbers only. Invariant: a file that holds what is needed is always
among those that are given (`Needed` says what that means), so that what is found there is everything.
"""

import re
from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from lepasserelle.errors import DamagedError
from lepasserelle.lexical.postings import unpack_one
from lepasserelle.lexical.trigrams import LENGTH, folded, trigrams_of
from lepasserelle.model import Sections

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
    """Reads the sections of a trigram segment. Keeps nothing, so threads may share it."""

    def __init__(self, sections: Sections) -> None:
        try:
            self._trigrams, self._offsets = sections["trigrams"], sections["offsets"]
            self._postings = sections["postings"].view(np.uint8)
            self.file_count = int(sections["file_count"][0])
        except KeyError as error:
            raise DamagedError(f"the trigram segment has no section {error}. Run `leindex index` to rebuild the index") from error

    def files(self, needed: Needed) -> NDArray[np.bool_]:
        """Of each file whether it may hold it, shape (files,)."""
        if isinstance(needed, Holds):
            return self._holding(needed.text)
        masks = [self.files(part) for part in needed.of]
        if isinstance(needed, Every):
            return np.logical_and.reduce(masks) if masks else np.ones(self.file_count, np.bool_)
        return np.logical_or.reduce(masks) if masks else np.zeros(self.file_count, np.bool_)

    def _holding(self, text: bytes) -> NDArray[np.bool_]:
        found = np.ones(self.file_count, np.bool_)
        wanted = trigrams_of(text)
        places = np.searchsorted(self._trigrams, wanted)
        if len(wanted) and not self._are_known(places, wanted):
            return np.zeros(self.file_count, np.bool_)
        begin, end = self._offsets[places].astype(np.int64), self._offsets[places + 1].astype(np.int64)
        for at in np.argsort(end - begin, kind="stable")[:_MOST_LISTS].tolist():
            found &= unpack_one(self._postings[begin[at] : end[at]], self.file_count)
            if np.count_nonzero(found) <= _FEW_FILES:
                break
        return found

    def _are_known(self, places: NDArray[np.int64], wanted: NDArray[np.uint32]) -> bool:
        return bool(len(self._trigrams)) and bool((self._trigrams[np.minimum(places, len(self._trigrams) - 1)] == wanted).all())


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
