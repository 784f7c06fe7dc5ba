"""All terms of a project as two arrays that can lie in a mapped file: looked up by bisection, nothing is loaded.

Not a counter: it only tells whether a term exists and which number it has.
Invariant: terms ascend by their UTF-8 bytes; a term's number is its position.
"""

from bisect import bisect_left
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from lepasserelle.model import Sections

_REMEMBERED = 512
"""Answers kept: a question asks for its terms several times, and so does the next one."""

_COMPARED_FIRST = 256
"""Terms, equally far from each other, that every word is compared with first: kept as they are met, some 30 kB at most."""


class Vocabulary:
    """A view of (`blob`: u8, the terms one after the other; `offsets`: u32, where each begins, and the end)."""

    def __init__(self, blob: NDArray[np.uint8], offsets: NDArray[np.uint32]) -> None:
        self._blob = np.ascontiguousarray(blob).data
        self._offsets = memoryview(np.ascontiguousarray(offsets))  # type: ignore[arg-type]
        self._asked: dict[str, int | None] = {}
        self._first: dict[int, bytes] = {}

    @classmethod
    def of(cls, sections: Sections) -> "Vocabulary":
        """The one kept in the sections `vocabulary` and `vocabulary_offsets`."""
        return cls(np.asarray(sections["vocabulary"], dtype=np.uint8), np.asarray(sections["vocabulary_offsets"], dtype=np.uint32))

    def __len__(self) -> int:
        return max(0, len(self._offsets) - 1)

    def __getitem__(self, number: int) -> str:
        return self._bytes(number).decode("utf-8", "replace")

    def find(self, term: str) -> int | None:
        """The term's number, or None."""
        if term in self._asked:
            return self._asked[term]
        wanted = term.encode("utf-8", "replace")
        number = self._first_not_below(wanted)
        found = number if number < len(self) and self._bytes(number) == wanted else None
        if len(self._asked) >= _REMEMBERED:
            self._asked.clear()
        self._asked[term] = found
        return found

    def prefixed(self, prefix: str) -> range:
        """Numbers of all terms that begin with the prefix."""
        low = prefix.encode("utf-8", "replace")
        return range(self._first_not_below(low), self._first_not_below(low + b"\xff"))

    def sized(self, least: int, most: int) -> NDArray[np.int64]:
        """Numbers of the terms of so many bytes in UTF-8. Reads all offsets: not for every question."""
        sizes = np.diff(np.asarray(self._offsets).astype(np.int64))
        return np.flatnonzero((sizes >= least) & (sizes <= most))

    def _bytes(self, number: int) -> bytes:
        return bytes(self._blob[self._offsets[number] : self._offsets[number + 1]])

    def _first_not_below(self, wanted: bytes) -> int:
        count = len(self)
        step = count // _COMPARED_FIRST + 1
        end = step * bisect_left(range(0, count, step), wanted, key=self._first_bytes)
        return bisect_left(range(count), wanted, max(0, end - step), min(end, count), key=self._bytes)

    def _first_bytes(self, number: int) -> bytes:
        found = self._first.get(number)
        if found is None:
            found = self._first[number] = self._bytes(number)
        return found


def pack_vocabulary(terms: Iterable[str]) -> tuple[list[str], NDArray[np.uint8], NDArray[np.uint32]]:
    """(terms in the order of their numbers, blob, offsets) of distinct terms given in any order."""
    encoded = sorted(term.encode("utf-8", "replace") for term in terms)
    offsets = np.zeros(len(encoded) + 1, dtype=np.uint32)
    np.cumsum([len(item) for item in encoded], out=offsets[1:])
    return [item.decode("utf-8") for item in encoded], np.frombuffer(b"".join(encoded), dtype=np.uint8), offsets
