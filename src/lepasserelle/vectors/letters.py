"""Which buckets the letters of a word fall into (n-gram hashing: fastText, Bojanowski et al., 2017).

Not the directions of the buckets: those are trained, and lie in the table. A word stands between two marks, so that its beginning
and its end are told from its middle; its n-grams are of three to five code points; which bucket one falls into is its polynomial
hash, mixed (the finaliser of SplitMix64: Steele et al., 2014). All words at once, without a Python object an n-gram.

Invariant: the buckets of a word depend on its letters and on how many buckets there are, on no machine, process or neighbour.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.vectors.sparse import Rows

SHORTEST: Final = 3
LONGEST: Final = 5
_BEGIN, _END = "<", ">"
_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX: Final = ((30, np.uint64(0xBF58476D1CE4E5B9)), (27, np.uint64(0x94D049BB133111EB)))
_LAST_SHIFT: Final = np.uint64(31)

Hashes = NDArray[np.uint64]


def buckets_of(words: Sequence[str], count: int) -> Rows:
    """The buckets of each word, one row a word, an entry an n-gram, each worth one over the root of the word's n-grams: so words
    are equally long, however many letters they have. A word of one letter has one n-gram, the empty one none.
    """
    marked = "".join(f"{_BEGIN}{word}{_END}" if word else "" for word in words)
    letters = np.frombuffer(marked.encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint64)
    sizes = np.array([len(word) + 2 if word else 0 for word in words], dtype=np.int64)
    ends = np.cumsum(sizes)
    left = np.repeat(ends, sizes) - np.arange(len(letters))
    owner = np.repeat(np.arange(len(words)), sizes)
    hashes, owners = _hashed(letters, left, owner)
    order = np.argsort(owners, kind="stable")
    grams = np.bincount(owners, minlength=len(words))
    indptr = np.concatenate([[0], np.cumsum(grams)])
    values = np.repeat(1 / np.sqrt(np.maximum(grams, 1)), grams).astype(np.float32)
    return Rows(indptr, (hashes[order] % np.uint64(count)).astype(np.int32), values)


def _hashed(letters: Hashes, left: NDArray[np.int64], owner: NDArray[np.int64]) -> tuple[Hashes, NDArray[np.int64]]:
    """(hash, word) of every n-gram, the shorter ones first. `left`: letters to the end of the word, this one counted."""
    found, owners = [], []
    running = np.zeros(len(letters), dtype=np.uint64)
    for length in range(1, LONGEST + 1):
        running = running[: max(0, len(letters) - length + 1)] * _FACTOR + letters[length - 1 :]
        if length >= SHORTEST:
            whole = left[: len(running)] >= length
            found.append(running[whole])
            owners.append(owner[: len(running)][whole])
    return _mixed(np.concatenate(found)), np.concatenate(owners)


def _mixed(hashes: Hashes) -> Hashes:
    for shift, factor in _MIX:
        hashes = (hashes ^ (hashes >> np.uint64(shift))) * factor
    return hashes ^ (hashes >> _LAST_SHIFT)
