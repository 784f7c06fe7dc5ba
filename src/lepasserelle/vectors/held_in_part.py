"""Directions of a project with very many words: those in most rows are held, others are made for each block of rows with them.

A word takes a kilobyte while vectors are made. What a project says again and again are some ten thousand words; lists of names of
other libraries, tables and translations have many times as many that stand in a row or two (decision 394).

Not the directions themselves: whoever makes them hands that in. Invariant: each row is summed over the same numbers, in the same
order, as with all of them held.
"""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.vectors.sparse import Rows

MOST_HELD: Final = 12 << 10
"""Words: 12 MB at 256 dimensions. With as many all are held."""
_SPARE: Final = 4 << 10
"""So many of these are for the words of a block."""

Floats = NDArray[np.float32]


class HeldInPart:
    """Directions of numbered words, as an array in which those beyond the most frequent take turns."""

    def __init__(
        self, make: Callable[[NDArray[np.intp]], Floats], frequency: NDArray[np.int64], dimensions: int, most: int = MOST_HELD
    ) -> None:
        """`make`: the directions of the words with these numbers; `frequency`: in how many rows each stands."""
        self.dimensions = dimensions
        self._make = make
        self._spare = max(1, most * _SPARE // MOST_HELD)
        held = np.sort(np.argsort(-frequency, kind="stable")[: max(0, most - self._spare)])
        self._place = np.full(len(frequency), -1, dtype=np.int32)
        self._place[held] = np.arange(len(held), dtype=np.int32)
        self._held = len(held)
        self._array = np.empty((self._held + self._spare, dimensions), dtype=np.float32)
        self._fill(0, held)

    def _fill(self, at: int, chosen: NDArray[np.intp]) -> None:
        """Some at a time: what is made stands beside the array."""
        step = self._spare
        for first in range(0, len(chosen), step):
            part = chosen[first : first + step]
            self._array[at + first : at + first + len(part)] = self._make(part)

    def blocks(self, rows: Rows) -> Iterator[tuple[int, int, Rows, Floats]]:
        """As `rows.Table`: as many rows at once as have room for those of their words that are not held."""
        places = self._place[rows.columns]
        rare = np.concatenate([[0], np.cumsum(places < 0)])[rows.indptr]
        count, start = len(rows.indptr) - 1, 0
        while start < count:
            end = max(start + 1, min(count, int(np.searchsorted(rare, rare[start] + self._spare, side="right")) - 1))
            low, high = int(rows.indptr[start]), int(rows.indptr[end])
            yield start, end, *self._over(rows.between(start, end), places[low:high])
            start = end

    def _over(self, block: Rows, places: NDArray[np.int32]) -> tuple[Rows, Floats]:
        """The block over the columns of the array: of one that is longer for a row of more words than there is room for."""
        is_rare = places < 0
        wanted, order = np.unique(block.columns[is_rare], return_inverse=True)
        places = places.copy()
        places[is_rare] = self._held + order.ravel()
        if len(wanted) <= self._spare:
            self._fill(self._held, wanted)
            return Rows(block.indptr, places, block.values), self._array
        return Rows(block.indptr, places, block.values), np.concatenate([self._array[: self._held], self._make(wanted)])
