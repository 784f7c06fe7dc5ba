"""Sparse rows times a dense table, with sums in a fixed order.

Not a linear algebra library: the products that encoding (and, transposed, training) needs, without BLAS, whose order of additions
(and so the last bits of the result) depends on processor and threads. Each row is its first entry plus the pairwise sum of the
others (halves of a multiple of eight down to leaves of 128, eight running sums in a leaf; Higham, "The accuracy of floating point
summation", 1993).
Leaves of one length are added side by side, whichever rows they are of: a half to a third of the time of `add.reduceat`, and the
same bits.

Invariant: equal rows give equal bits, whatever stands beside them.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

_LEAF = 128
_LANES = 8
_BLOCK_ENTRIES = 1 << 12
"""Entries gathered at a time: with 128 dimensions 2 MiB, which stays near the processor."""
_LONG_ENTRIES = 1 << 18
"""Entries of long rows whose leaves are held at a time: about 2 000 sums."""


class Rows(NamedTuple):
    """A sparse matrix by rows."""

    indptr: Ints
    columns: NDArray[np.integer]
    values: Floats

    def between(self, start: int, end: int) -> "Rows":
        """Rows `start` to `end`, as views."""
        low, high = int(self.indptr[start]), int(self.indptr[end])
        return Rows(self.indptr[start : end + 1] - low, self.columns[low:high], self.values[low:high])


def product(rows: Rows, table: Floats) -> Floats:
    """Rows · table, shape (number of rows, columns of the table)."""
    if len(rows.indptr) == 2 and 0 < len(rows.columns) <= _LEAF + 1:
        return _single(rows, table)
    result = np.zeros((len(rows.indptr) - 1, table.shape[1]), dtype=np.float32)
    sizes = np.diff(rows.indptr)
    filled = np.flatnonzero(sizes)
    starts, sizes = rows.indptr[filled], sizes[filled] - 1
    if not filled.size:
        return result
    for at in range(0, len(filled), _BLOCK_ENTRIES):
        first = starts[at : at + _BLOCK_ENTRIES]
        result[filled[at : at + _BLOCK_ENTRIES]] = table[rows.columns[first]] * rows.values[first, None]
    short = (sizes > 0) & (sizes <= _LEAF)
    for owners, first, length in _by_length(filled[short], starts[short] + 1, sizes[short]):
        result[owners] += _leaf_sums(rows, table, first, length)
    long = sizes > _LEAF
    _add_long(rows, table, result, filled[long], starts[long] + 1, sizes[long])
    return result


def _single(rows: Rows, table: Floats) -> Floats:
    """The product of one row with one leaf at most, as a question is: the same additions, and no look for equal lengths."""
    gathered = np.take(table, rows.columns, axis=0)
    gathered *= rows.values[:, None]
    if len(gathered) == 1:
        return np.asarray(gathered, dtype=np.float32)
    return np.asarray(gathered[:1] + _summed(gathered[None, 1:]), dtype=np.float32)


def _add_long(rows: Rows, table: Floats, result: Floats, owners: Ints, starts: Ints, sizes: Ints) -> None:
    """Rows of several leaves: the leaves of as many rows as fit a block at once, then each row's are added in pairs."""
    at = 0
    while at < len(owners):
        end = max(at + 1, int(np.searchsorted(np.cumsum(sizes[at:]), _LONG_ENTRIES)) + at)
        lengths: list[int] = []
        counts = [_cut(int(size), lengths) for size in sizes[at:end]]
        length = np.array(lengths, dtype=np.int64)
        first = np.repeat(starts[at:end], counts) + _running(length, np.array(counts, dtype=np.int64))
        sums = np.empty((len(length), table.shape[1]), dtype=np.float32)
        for leaves, begin, size in _by_length(np.arange(len(length)), first, length):
            sums[leaves] = _leaf_sums(rows, table, begin, size)
        leaf = 0
        for owner, size, count in zip(owners[at:end], sizes[at:end], counts, strict=True):
            result[owner] += _paired(sums[leaf : leaf + count], int(size))[0]
            leaf += count
        at = end


def _cut(size: int, lengths: list[int]) -> int:
    """Appends the lengths of the leaves of so many entries; how many there are."""
    if size <= _LEAF:
        lengths.append(size)
        return 1
    half = _half(size)
    return _cut(half, lengths) + _cut(size - half, lengths)


def _half(size: int) -> int:
    return size // 2 - size // 2 % _LANES


def _paired(sums: Floats, size: int) -> tuple[Floats, int]:
    """(sum of the leaves of so many entries, how many leaves that are)."""
    if size <= _LEAF:
        return sums[0], 1
    half = _half(size)
    left, used = _paired(sums, half)
    right, more = _paired(sums[used:], size - half)
    return left + right, used + more


def _running(lengths: Ints, counts: Ints) -> Ints:
    """Where each leaf begins in its row."""
    ends = np.cumsum(lengths)
    before = ends - lengths
    of_row = np.cumsum(counts) - counts
    within: Ints = before - np.repeat(before[of_row], counts)
    return within


def _by_length(owners: Ints, starts: Ints, lengths: Ints) -> list[tuple[Ints, Ints, int]]:
    """(owners, starts, length) of what is equally long, in blocks."""
    order = np.argsort(lengths, kind="stable")
    blocks = []
    for group in np.split(order, np.flatnonzero(np.diff(lengths[order])) + 1):
        if group.size:
            length = int(lengths[group[0]])
            step = max(1, _BLOCK_ENTRIES // length)
            for at in range(0, len(group), step):
                chosen = group[at : at + step]
                blocks.append((owners[chosen], starts[chosen], length))
    return blocks


def _leaf_sums(rows: Rows, table: Floats, starts: Ints, length: int) -> Floats:
    """Sums of leaves of one length, shape (leaves, columns of the table)."""
    entries = (starts[:, None] + np.arange(length)).ravel()
    gathered = np.take(table, rows.columns[entries], axis=0)
    gathered *= rows.values[entries, None]
    return _summed(gathered.reshape(len(starts), length, table.shape[1]))


def _summed(terms: Floats) -> Floats:
    """Sums over the middle axis, each of a leaf; `terms` is used up."""
    length = terms.shape[1]
    if length < _LANES:
        total = terms[:, 0].copy()
        rest = 1
    else:
        lanes = terms[:, :_LANES]
        rest = length - length % _LANES
        for at in range(_LANES, rest, _LANES):
            lanes += terms[:, at : at + _LANES]
        pairs = lanes[:, 0::2] + lanes[:, 1::2]
        fours = pairs[:, 0::2] + pairs[:, 1::2]
        total = fours[:, 0] + fours[:, 1]
    for at in range(rest, length):
        total += terms[:, at]
    return np.asarray(total, dtype=np.float32)


def transposed(rows: Rows, column_count: int) -> Rows:
    """The same matrix by columns; within a column the row numbers ascend."""
    order = np.argsort(rows.columns, kind="stable")
    numbers = np.repeat(np.arange(len(rows.indptr) - 1, dtype=np.int32), np.diff(rows.indptr))
    indptr = np.zeros(column_count + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows.columns, minlength=column_count), out=indptr[1:])
    return Rows(indptr, numbers[order], rows.values[order])
