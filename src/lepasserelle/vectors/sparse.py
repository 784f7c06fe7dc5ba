"""Sparse rows times a dense table, with sums in a fixed order.

Not a linear algebra library: the two products that random indexing needs, without BLAS, whose order of additions (and so the last
bits of the
result) depends on processor and threads. Rows are added one after the other by `add.reduceat`.

Invariant: equal input gives equal bits, whatever the block size.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_BLOCK_ENTRIES = 1 << 13
"""Entries gathered at a time: with 128 dimensions 4 MiB, which stays in the processor's cache."""


class Rows(NamedTuple):
    """A sparse matrix by rows."""

    indptr: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: NDArray[np.float32]


def product(rows: Rows, table: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows · table, shape (number of rows, columns of the table)."""
    count = len(rows.indptr) - 1
    result = np.zeros((count, table.shape[1]), dtype=np.float32)
    filled = np.flatnonzero(np.diff(rows.indptr))
    starts = rows.indptr[filled]
    for first, last in _blocks(rows.indptr, filled):
        low, high = int(starts[first]), int(rows.indptr[filled[last - 1] + 1])
        gathered = table[rows.columns[low:high]]
        gathered *= rows.values[low:high, None]
        result[filled[first:last]] = np.add.reduceat(gathered, starts[first:last] - low, axis=0)
    return result


def _blocks(indptr: NDArray[np.int64], filled: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Ranges of `filled` of about `_BLOCK_ENTRIES` entries; a row is never divided."""
    if not filled.size:
        return []
    ends = indptr[filled + 1]
    cuts = np.unique(np.searchsorted(ends, np.arange(_BLOCK_ENTRIES, int(ends[-1]) + _BLOCK_ENTRIES, _BLOCK_ENTRIES)) + 1)
    cuts = np.minimum(cuts, len(filled))
    bounds = np.unique(np.concatenate([[0], cuts, [len(filled)]]))
    return [(int(a), int(b)) for a, b in pairwise(bounds)]


def transposed(rows: Rows, column_count: int) -> Rows:
    """The same matrix by columns; within a column the row numbers ascend."""
    order = np.argsort(rows.columns, kind="stable")
    numbers = np.repeat(np.arange(len(rows.indptr) - 1, dtype=np.int64), np.diff(rows.indptr))
    indptr = np.zeros(column_count + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows.columns, minlength=column_count), out=indptr[1:])
    return Rows(indptr, numbers[order], rows.values[order])
