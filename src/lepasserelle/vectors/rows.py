"""Bags of terms as sparse rows, and rows to directions. Shared by whatever encodes bags by a table with a row a term.

Invariant: columns ascend within a row, and values of one column in it, so that sums do not depend on the order of a vocabulary;
blocks do not change a sum.
"""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lepasserelle.vectors.encoder import Bags, quantised
from lepasserelle.vectors.sparse import Rows, product

_BLOCK_ROWS = 1 << 13
_ENCODED_ROWS = 1 << 10
"""Rows encoded at a time: with 256 dimensions 1 MB, and twice as much beside it."""

Floats = NDArray[np.float32]


def rows_of(bags: Bags, column_of: NDArray[np.int32]) -> Rows:
    """The bags over other columns: term i stands in column `column_of[i]`, and nowhere when that is −1."""
    columns = np.empty(len(bags.terms), dtype=np.int32)
    values = np.empty(len(bags.terms), dtype=np.float32)
    for start in range(0, len(bags), _BLOCK_ROWS):
        bounds = bags.indptr[start : start + _BLOCK_ROWS + 1]
        block = slice(int(bounds[0]), int(bounds[-1]))
        wanted = column_of[bags.terms[block]]
        owner = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
        keys = owner * (len(column_of) + 1) + wanted
        order = np.argsort(keys, kind="stable")
        columns[block] = wanted[order]
        values[block] = _ascending_where_equal(keys[order], bags.weights[block][order])
    known = columns >= 0
    if known.all():
        return Rows(bags.indptr, columns, values)
    indptr = np.concatenate([[0], np.cumsum(known)])[bags.indptr]
    return Rows(indptr, columns[known], values[known])


def _ascending_where_equal(keys: NDArray[np.int64], values: Floats) -> Floats:
    """The values, put in order where several stand under one key. The keys ascend."""
    repeats = keys[1:] == keys[:-1]
    if not (repeats & (values[1:] < values[:-1])).any():
        return values
    is_one = np.zeros(len(keys), dtype=bool)
    is_one[1:] = repeats
    is_one[:-1] |= repeats
    several = np.flatnonzero(is_one)
    values[several] = values[several][np.lexsort((values[several], keys[several]))]
    return values


def row_frequency(rows: Rows, count: int) -> NDArray[np.int64]:
    """In how many rows each column stands. Block by block: numpy counts in numbers of twice the size of the columns'."""
    frequency = np.zeros(count, dtype=np.int64)
    for start in range(0, len(rows.indptr) - 1, _BLOCK_ROWS):
        block = rows.between(start, min(start + _BLOCK_ROWS, len(rows.indptr) - 1))
        first = np.ones(len(block.columns), dtype=bool)
        np.not_equal(block.columns[1:], block.columns[:-1], out=first[1:])
        first[block.indptr[:-1][np.diff(block.indptr) > 0]] = True
        frequency += np.bincount(block.columns[first], minlength=count)
    return frequency


class Table(Protocol):
    """Directions of which not all are held."""

    dimensions: int
    """Components of one."""

    def blocks(self, rows: Rows) -> Iterator[tuple[int, int, Rows, Floats]]:
        """The rows from start to end, block by block, over the array beside them, which is good until the next block."""


class _Whole:
    """Directions that are all held, as a `Table`."""

    def __init__(self, table: Floats) -> None:
        self.dimensions = table.shape[1]
        self._table = table

    def blocks(self, rows: Rows) -> Iterator[tuple[int, int, Rows, Floats]]:
        """All rows at once; nothing where there are no directions."""
        if len(self._table):
            yield 0, len(rows.indptr) - 1, rows, self._table


def encoded(table: Floats | Table, *parts: Rows) -> NDArray[np.int8]:
    """Directions of the rows' sums, one part behind the other, made in blocks: only the result is as long as the project. The same
    bytes whether all directions are held or not.
    """
    if isinstance(table, np.ndarray):
        if len(table) and [len(rows.indptr) for rows in parts] == [2]:
            return quantised(product(parts[0], table))  # a question
        table = _Whole(table)
    result = np.zeros((sum(len(rows.indptr) - 1 for rows in parts), table.dimensions), dtype=np.int8)
    at = 0
    for rows in parts:
        count = len(rows.indptr) - 1
        for first in range(0, count, _ENCODED_ROWS):
            last = min(first + _ENCODED_ROWS, count)
            for start, end, block, directions in table.blocks(rows.between(first, last)):
                result[at + first + start : at + first + end] = quantised(product(block, directions))
        at += count
    return result
