"""What an encoder is, and the bags that it is given.

Not an encoder. That of the package is in `trained`, that of a folder of the user's in `static_model`; another one takes their place
by having this shape.
Invariant: an encoder is linear in nothing that it is asked twice: equal bags give equal bytes, in any batch.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import msgspec
import numpy as np
from numpy.typing import NDArray

UNIT = 127
"""Length of an encoded vector: directions are i8, scaled so that the longest component fits and the norm is close to this."""


class Bags(msgspec.Struct, frozen=True):
    """Weighted bags of terms, row after row: bag i holds `terms[indptr[i]:indptr[i + 1]]`."""

    vocabulary: Sequence[str]
    indptr: NDArray[np.int64]
    terms: NDArray[np.integer]
    """Indices into `vocabulary`, ascending within a bag."""
    weights: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.indptr) - 1


class Encoder(Protocol):
    """From bags of terms to directions."""

    @property
    def name(self) -> str:
        """Which encoder; kept in the segment."""

    @property
    def version(self) -> str:
        """Grows when equal bags would be encoded otherwise."""

    @property
    def dimensions(self) -> int:
        """Components of a vector."""

    def encode(self, bags: Bags) -> NDArray[np.int8]:
        """One row of shape (`dimensions`,) a bag, of length `UNIT`; zeros where the bag has nothing that the encoder knows."""


@runtime_checkable
class Mapped(Protocol):
    """An encoder that reads a mapped table."""

    @property
    def file(self) -> Path:
        """What is mapped."""

    def resident_bytes(self) -> int:
        """Pages of it that this process holds."""

    def give_back(self) -> None:
        """Let go of them; a later question brings back what it reads."""


class NoEncoder:
    """In the place of one that cannot be read: to it no bag has a direction, so that nothing is near to any."""

    name = "none"
    version = ""

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions
        """Components of a vector."""

    def encode(self, bags: Bags) -> NDArray[np.int8]:
        """Zeros."""
        return np.zeros((len(bags), self.dimensions), dtype=np.int8)


def quantised(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """Rows scaled to length `UNIT` and rounded to i8; rows of zeros stay zeros."""
    scaled = vectors * (np.float32(UNIT) / np.maximum(lengths(vectors), np.float32(1e-12)))
    return np.asarray(np.rint(scaled, out=scaled), dtype=np.int8)


def lengths(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Euclidean lengths of the rows, shape (rows, 1)."""
    return np.asarray(np.sqrt(np.sum(vectors * vectors, axis=1, keepdims=True)), dtype=np.float32)
