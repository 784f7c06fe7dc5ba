"""Stretches of columns, many at once."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


def spans(starts: NDArray[np.integer], stops: NDArray[np.integer]) -> tuple[Numbers, Numbers]:
    """(every index from each start up to its stop, the number of the stretch that each one is of), stretch by stretch."""
    first = starts.astype(np.int64)
    sizes = stops - first
    before = np.cumsum(sizes)
    total = int(before[-1]) if len(sizes) else 0
    of = np.repeat(np.arange(len(sizes)), sizes)
    return np.arange(total) + (first - before + sizes)[of], of
