"""From a trained table to the file in the package. The mean word is brought to length 1, as `vectors.trained` expects."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lepasserelle.vectors.words import WORDS_VERSION, Words, pack


def write(path: Path, words: Sequence[str], table: NDArray[np.float32], version: int = WORDS_VERSION) -> int:
    """Writes the file; returns its length in bytes. Components become i8 with one scale a word."""
    lengths = np.sqrt(np.sum(table * table, axis=1))
    order = sorted(range(len(words)), key=lambda number: words[number].encode())
    data = pack([words[number] for number in order], table[order] / np.float32(lengths.mean()), version)
    path.write_bytes(data)
    return len(data)


def read(path: Path) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """The words of a file, ascending by their UTF-8 bytes, and the direction of each."""
    found = Words(path)
    return found.spelled(), found.directions(np.arange(len(found)))
