"""Columns of numbers without most of what they repeat, so that less has to be put in order. Knows nothing of trigrams or files."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_SLOT_BITS: Final = 15
_BLOCK: Final = 1 << 15
"""Numbers looked at together, so that nothing here is larger than a quarter of a megabyte."""
_LEAST: Final = 1500
"""Fewer are sooner put in order as they are."""
_SPREAD: Final = np.uint32(0x9E37_79B1)
"""Multiplicative hashing (Knuth, *The Art of Computer Programming* 3, 6.4): 2^32 divided by the golden ratio."""

Numbers = NDArray[np.uint32]


class Sieve:
    """Takes columns one after the other; for one thread at a time."""

    def __init__(self) -> None:
        self._last = np.zeros(1 << _SLOT_BITS, np.intp)
        """By slot the place of the last number that fell into it; what columns before left there is never looked at."""
        self._places = np.arange(_BLOCK)

    def sifted(self, numbers: Numbers) -> Numbers:
        """Every number of the column at least once, in no order. Shape (at most as many,)."""
        if len(numbers) < _LEAST:
            return numbers
        blocks = [self._sifted(numbers[at : at + _BLOCK]) for at in range(0, len(numbers), _BLOCK)]
        return blocks[0] if len(blocks) == 1 else np.concatenate(blocks)

    def _sifted(self, numbers: Numbers) -> Numbers:
        """Left out is what the last one in its slot says too; who met another number there stays, however often it stands."""
        slots = (numbers * _SPREAD >> np.uint32(32 - _SLOT_BITS)).astype(np.intp)
        self._last[slots] = self._places[: len(slots)]
        last = self._last.take(slots)
        stays = numbers.take(last) != numbers
        stays[last] = True
        kept: Numbers = numbers[stays]
        return kept
