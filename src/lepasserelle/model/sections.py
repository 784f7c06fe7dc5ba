"""The one shape in which a part of the index travels between its builder, a segment file and its reader."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import DTypeLike, NDArray

Sections: TypeAlias = Mapping[str, "NDArray[np.generic]"]
"""Named one- or two-dimensional arrays of fixed-width items (bytes are `uint8`). Builders return one, storage writes it into a
segment and gives back the same names, dtypes and shapes as read-only views of the mapped file."""

Views: TypeAlias = Mapping[str, memoryview]
"""The same as plain memory, one dimension each: what a process reads that does without numpy."""


class Empty(Protocol):
    """Gives memory to work in, as it comes: `numpy.empty`, or pages that were in use before."""

    def __call__(self, count: int, dtype: "DTypeLike", /) -> "NDArray[Any]":
        """One dimension of so many items."""


class Derivation(NamedTuple):
    """How a section follows from others."""

    of: tuple[str, ...]
    """Which must stand before it."""
    make: "Callable[[Sections, Empty], NDArray[np.generic]]"
    """Raises `ValueError` where it does not follow. What it gives may lie in what `Empty` gave it."""
    work: float = 1.0
    """Bytes that it asks `Empty` for, for each byte of what it is made of: about so many."""
