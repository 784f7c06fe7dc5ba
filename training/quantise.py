"""From a trained table to the file in the package. The mean word is brought to length 1, as `vectors.trained` expects."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lepasserelle.vectors.words import WORDS_VERSION, Words, pack

Floats = NDArray[np.float32]

_ROUNDING = 1e-4


def write(path: Path, words: Sequence[str], table: Floats, version: int = WORDS_VERSION, buckets: Floats | None = None) -> int:
    """Writes the file; returns its length in bytes. Components become i8 with one scale a word or bucket. `buckets` were learned
    for the table as it comes out (`to_unit`).
    """
    order = sorted(range(len(words)), key=lambda number: words[number].encode())
    data = pack([words[number] for number in order], to_unit(table)[order], version, buckets)
    path.write_bytes(data)
    return len(data)


def to_unit(table: Floats) -> Floats:
    """The table with the mean length of its rows brought to 1; as it is where that is 1 but for rounding to i8."""
    mean = float(np.mean(np.sqrt(np.sum(table * table, axis=1))))
    return table if abs(mean - 1) < _ROUNDING else np.asarray(table / np.float32(mean), dtype=np.float32)


def read(path: Path) -> tuple[tuple[str, ...], Floats]:
    """The words of a file, ascending by their UTF-8 bytes, and the direction of each."""
    found = Words(path)
    return found.spelled(), found.directions(np.arange(len(found)))
