"""The bytes of a section in an order in which zstd finds more to save, and back in their own order.

Two steps, each undone exactly: items become differences from the row before (what ascends becomes small), and rows become planes:
the first bytes of all rows, then the second ones (Blosc calls that a shuffle; Alted 2010). Knows neither files nor checksums.
Invariant: `restored(arranged(data, order), order) == data` for any data whose length is a multiple of the order's row.
"""

import enum
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from lepasserelle.storage.sections import SectionEntry, TableError, dtype_of

_MOST_ROW_BYTES = 64
"""Longer rows are vectors: their components have nothing in common with those of the next."""

_ITEM_BYTES = (1, 2, 4, 8)


class Step(enum.IntEnum):
    """What is done to the bytes. Part of the form on disk."""

    NONE = 0
    PLANES = 1
    DIFFERENCES = 2
    """Differences, then planes."""
    DERIVED = 3
    """Nothing is kept: it follows from other sections."""


class Order(msgspec.Struct, frozen=True, array_like=True):
    """How a section's bytes are arranged."""

    step: int
    row_bytes: int
    item_bytes: int
    """1, 2, 4 or 8, dividing `row_bytes`: little-endian numbers whose differences are taken, column by column."""

    @property
    def is_valid(self) -> bool:
        """Whether this module can undo it."""
        return (
            self.step in (Step.NONE, Step.PLANES, Step.DIFFERENCES)
            and self.item_bytes in _ITEM_BYTES
            and 0 < self.row_bytes <= _MOST_ROW_BYTES
            and self.row_bytes % self.item_bytes == 0
        )


AS_IT_IS = Order(Step.NONE, 1, 1)
DERIVED = Order(Step.DERIVED, 1, 1)


def orders_for(entry: SectionEntry) -> Sequence[Order]:
    """The orders worth trying for a section, the plainest first. Raises `TableError` for a type that is none of ours."""
    dtype = dtype_of(entry)
    row_bytes = dtype.itemsize * (entry.shape[1] if len(entry.shape) > 1 else 1)
    if not 1 < row_bytes <= _MOST_ROW_BYTES:
        return [AS_IT_IS]
    orders = [AS_IT_IS, Order(Step.PLANES, row_bytes, 1)]
    if dtype.kind not in "iu" or dtype.itemsize == 1:  # differences of bytes save a tenth and take five times as long to undo
        return orders
    return [*orders, Order(Step.DIFFERENCES, row_bytes, dtype.itemsize)]


def arranged(data: bytes | memoryview, order: Order) -> memoryview:
    """`data`, whole rows, in that order. A view of `data` itself when nothing is to be done."""
    if order.step == Step.NONE or not len(data):
        return memoryview(data)
    rows = _rows(data, order)
    if order.step == Step.DIFFERENCES:
        differences = rows.copy()
        np.subtract(rows[1:], rows[:-1], out=differences[1:])
        rows = differences
    planes = np.ascontiguousarray(rows.view(np.uint8).reshape(-1, order.row_bytes).T)
    return planes.reshape(-1).data


def restored(data: bytes | memoryview, order: Order) -> memoryview:
    """What `arranged` was given. Raises `TableError` for a length that is no multiple of the row."""
    if order.step == Step.NONE or not len(data):
        return memoryview(data)
    rows = np.empty(len(data), np.uint8)
    restore(data, order, rows.data)
    return rows.data


def restore(planes: bytes | memoryview, order: Order, rows: memoryview) -> None:
    """Write into `rows`, which is as long, what `arranged` was given. Raises `TableError` as `restored`."""
    if len(planes) % order.row_bytes:
        raise TableError("a column ends within a row")
    table = np.frombuffer(rows, np.uint8).reshape(-1, order.row_bytes)
    for number, plane in enumerate(np.frombuffer(planes, np.uint8).reshape(order.row_bytes, -1)):
        table[:, number] = plane  # a transposed copy takes up to seven times as long
    if order.step == Step.DIFFERENCES:
        items = table.view(f"<u{order.item_bytes}")
        np.add.accumulate(items, axis=0, dtype=items.dtype, out=items)


def _rows(data: bytes | memoryview, order: Order) -> NDArray[np.unsignedinteger]:
    items: NDArray[np.unsignedinteger] = np.frombuffer(data, f"<u{order.item_bytes}")
    return items.reshape(-1, order.row_bytes // order.item_bytes)
