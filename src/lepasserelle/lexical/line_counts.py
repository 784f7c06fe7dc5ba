"""How many lines end before each block of a text, kept beside its trigrams: a line's number costs a look and what its block holds.

Not a search and not a store: it returns arrays. Invariant: the same texts under the same numbers give the same counts, counted anew
or taken over.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.lexical.trigram_index import BLOCK_BITS
from lepasserelle.model import Sections

_LINE_END: Final = 10

Counts = NDArray[np.uint32]


def counts_of(data: bytes) -> Counts:
    """How many lines end before each block of a text, also before what is less than one."""
    letters = np.frombuffer(data, np.uint8)
    whole = len(data) >> BLOCK_BITS
    ends = letters[: whole << BLOCK_BITS].reshape(whole, 1 << BLOCK_BITS) == _LINE_END
    counts = np.zeros(whole + 1, np.uint32)
    np.cumsum(np.count_nonzero(ends, axis=1), out=counts[1:])
    return counts


class LineCounts:
    """Counts line ends of texts that pass by on their way to somebody else, so that none is unpacked twice."""

    def __init__(self) -> None:
        self._of: dict[int, Counts] = {}

    def of(self, texts: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
        """The same files, each counted when it is taken."""
        for file, data in texts:
            self._of[file] = counts_of(data)
            yield file, data

    def take_over(self, former: Sections, number_of: Sequence[int] | NDArray[np.int64]) -> None:
        """Those of a former generation; `number_of` says of each former file its number now, -1: it is left out."""
        counts, starts = former["line_counts"].astype(np.uint32), former["line_starts"].tolist()
        for file, number in enumerate(number_of):
            if number >= 0:
                self._of[int(number)] = counts[starts[file] : starts[file + 1]]

    def sections(self, file_count: int) -> Sections:
        """Sections `line_counts` u32: the counts of all files, one behind the other; `line_starts` u32, files + 1: where each one's
        begin.
        """
        return _sections(self._of, file_count)


def _sections(counts: Mapping[int, Counts], file_count: int) -> Sections:
    starts = np.zeros(file_count + 1, np.uint32)
    np.cumsum([len(counts[file]) for file in range(file_count)], out=starts[1:])
    return {
        "line_counts": np.concatenate([np.zeros(0, np.uint32), *(counts[file] for file in range(file_count))]),
        "line_starts": starts,
    }
