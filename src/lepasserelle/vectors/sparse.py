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
_FEW = 2
"""Additions a lane."""
_BLOCK_ENTRIES = 1 << 11
"""Entries gathered at a time: with 256 dimensions 2 MiB, which stays near the processor."""
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
        return _row_sums(rows, table, np.zeros(1, dtype=np.int64), len(rows.columns))
    result = np.zeros((len(rows.indptr) - 1, table.shape[1]), dtype=np.float32)
    sizes = np.diff(rows.indptr)
    short = np.flatnonzero((sizes > 0) & (sizes <= _LEAF + 1))
    for owners, starts, length in _by_length(short, rows.indptr[short], sizes[short]):
        result[owners] = _row_sums(rows, table, starts, length)
    long = np.flatnonzero(sizes > _LEAF + 1)
    if long.size:
        first = rows.indptr[long]
        result[long] = table[rows.columns[first]] * rows.values[first, None]
        _add_long(rows, table, result, long, first + 1, sizes[long] - 1)
    return result


def _row_sums(rows: Rows, table: Floats, starts: Ints, length: int) -> Floats:
    """Sums of whole rows of one length, of one leaf beside the first entry at most; shape (rows, columns of the table)."""
    gathered = _gathered(rows, table, starts, length)
    if length == 1:
        return np.asarray(gathered[:, 0], dtype=np.float32)
    return np.asarray(gathered[:, 0] + _summed(gathered[:, 1:]), dtype=np.float32)


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
    return _summed(_gathered(rows, table, starts, length))


def _gathered(rows: Rows, table: Floats, starts: Ints, length: int) -> Floats:
    """What is added: shape (rows or leaves, length, columns of the table)."""
    entries = (starts[:, None] + np.arange(length)).ravel()
    gathered = np.take(table, rows.columns[entries], axis=0)
    gathered *= rows.values[entries, None]
    return np.asarray(gathered.reshape(len(starts), length, table.shape[1]), dtype=np.float32)


def _summed(terms: Floats) -> Floats:
    """Sums over the middle axis, each of a leaf; `terms` is used up."""
    length = terms.shape[1]
    if length < _LANES:
        total = terms[:, 0].copy()
        rest = 1
    else:
        rest = length - length % _LANES
        lanes = _by_lane(terms, rest)
        pairs = lanes[:, 0::2] + lanes[:, 1::2]
        fours = pairs[:, 0::2] + pairs[:, 1::2]
        total = fours[:, 0] + fours[:, 1]
    for at in range(rest, length):
        total += terms[:, at]
    return np.asarray(total, dtype=np.float32)


def _by_lane(terms: Floats, rest: int) -> Floats:
    """The eight running sums of each leaf. Of longer ones leaf by leaf, so that the sums stay near the processor; of short ones
    side by side, which costs less where there is little to add.
    """
    if rest > _FEW * _LANES:
        wide = terms[:, :rest].reshape((len(terms), rest // _LANES, _LANES * terms.shape[2]))
        summed = np.asarray(np.add.reduce(wide, axis=1), dtype=np.float32)
        return summed.reshape(-1, _LANES, terms.shape[2])
    lanes = terms[:, :_LANES]
    for at in range(_LANES, rest, _LANES):
        lanes += terms[:, at : at + _LANES]
    return lanes


def transposed(rows: Rows, column_count: int) -> Rows:
    """The same matrix by columns; within a column the row numbers ascend."""
    order = np.argsort(rows.columns, kind="stable")
    numbers = np.repeat(np.arange(len(rows.indptr) - 1, dtype=np.int32), np.diff(rows.indptr))
    indptr = np.zeros(column_count + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows.columns, minlength=column_count), out=indptr[1:])
    return Rows(indptr, numbers[order], rows.values[order])
