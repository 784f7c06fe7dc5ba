"""The section table of a segment: how named arrays become bytes at aligned offsets, and views of bytes become arrays again.

Knows neither files nor headers; offsets count from the first byte behind header and table. Invariant: entries lie one behind the
other, without gaps and without overlap, from there to the last byte of the file; a table that says otherwise is damaged.
"""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec
import xxhash

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lepasserelle.model import Sections

ALIGNMENT_BYTES = 64
_MOST_DIMENSIONS = 2
_MOST_DIGITS = 9
_SIMPLE_KINDS = "biufcSV"
_PADDING = bytes(ALIGNMENT_BYTES)

FieldTuple = tuple[str, str, int]


class SectionEntry(msgspec.Struct, frozen=True, array_like=True):
    """One row of the section table."""

    name: str
    dtype: str | tuple[int, tuple[FieldTuple, ...]]
    """numpy's `dtype.str` (`<u4`), or for records their size in bytes and (name, dtype, offset) of each field."""
    shape: tuple[int, ...]
    offset: int
    """Bytes from the end of the padded table; a multiple of 64."""
    length: int
    """Bytes without padding."""
    checksum: int
    """xxh3_64 of the bytes and of the zeros behind them up to the next multiple of 64."""


class TableError(Exception):
    """The table is not one that this module writes."""


def aligned(byte_count: int) -> int:
    """`byte_count` rounded up to the alignment."""
    return -(-byte_count // ALIGNMENT_BYTES) * ALIGNMENT_BYTES


def padding(byte_count: int) -> bytes:
    """The zeros behind `byte_count` bytes."""
    return _PADDING[: aligned(byte_count) - byte_count]


def storable(name: str, array: "NDArray[np.generic]") -> "NDArray[np.generic]":
    """`array`, contiguous and little-endian (a copy only if it was not). Raises `ValueError` for what a segment cannot hold."""
    import numpy as np

    dtype = array.dtype
    if dtype.hasobject or dtype.kind not in _SIMPLE_KINDS or dtype.itemsize == 0:
        raise ValueError(f"section {name!r}: items of type {dtype} have no fixed form on disk")
    if not 1 <= array.ndim <= _MOST_DIMENSIONS:
        raise ValueError(f"section {name!r}: one or two dimensions, not {array.ndim}")
    return np.ascontiguousarray(array, dtype=dtype.newbyteorder("<"))


def content(array: "NDArray[np.generic]") -> memoryview:
    """The bytes of a contiguous array, not copied."""
    import numpy as np

    return array.reshape(-1).view(np.uint8).data if array.size else memoryview(b"")


def plan(arrays: "Sections") -> list[SectionEntry]:
    """The table for storable `arrays` in their order."""
    entries: list[SectionEntry] = []
    offset = 0
    for name, array in arrays.items():
        data = content(array)
        digest = xxhash.xxh3_64(data)
        digest.update(padding(len(data)))
        entries.append(SectionEntry(name, _describe(array.dtype), array.shape, offset, len(data), digest.intdigest()))
        offset += aligned(len(data))
    return entries


def check(entries: Sequence[SectionEntry], size_bytes: int) -> None:
    """Raise `TableError` unless the entries fill exactly `size_bytes` and agree with their shapes."""
    offset = 0
    for entry in entries:
        items = math.prod(entry.shape)
        if not 1 <= len(entry.shape) <= _MOST_DIMENSIONS or min(entry.shape) < 0 or entry.offset != offset:
            raise TableError(f"section {entry.name!r} is out of place")
        if items * item_bytes(entry) != entry.length:
            raise TableError(f"section {entry.name!r} has {entry.length} bytes for {items} items")
        offset += aligned(entry.length)
    if offset != size_bytes:
        raise TableError(f"the sections end at {offset} of {size_bytes} bytes")


def item_bytes(entry: SectionEntry) -> int:
    """Bytes of one item. Raises `TableError` for a type that no section has: one of numpy's whose items have no fixed form."""
    if not isinstance(entry.dtype, str):
        return entry.dtype[0]
    order, kind, size = entry.dtype[:1], entry.dtype[1:2], entry.dtype[2:]
    is_size = size.isdecimal() and size.isascii() and len(size) <= _MOST_DIGITS and size[0] != "0"
    if order not in ("<", "|") or not kind or kind not in _SIMPLE_KINDS or not is_size:
        raise TableError(f"section {entry.name!r} has the unusable type {entry.dtype!r}")
    return int(size)


def view(entry: SectionEntry, buffer: memoryview) -> "NDArray[np.generic]":
    """The section as a read-only array over `buffer`, the mapped bytes of all sections."""
    import numpy as np

    dtype = dtype_of(entry)
    if entry.length == 0:
        empty: NDArray[np.generic] = np.empty(entry.shape, dtype)
        empty.flags.writeable = False
        return empty
    return np.frombuffer(buffer, dtype, math.prod(entry.shape), entry.offset).reshape(entry.shape)


def dtype_of(entry: SectionEntry) -> "np.dtype[np.generic]":
    """The type of the items of a section. Raises `TableError`."""
    import numpy as np

    try:
        if isinstance(entry.dtype, str):
            dtype = np.dtype(entry.dtype)
        else:
            size, fields = entry.dtype
            names, formats, offsets = zip(*fields, strict=True)
            dtype = np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": size})
    except (TypeError, ValueError) as error:
        raise TableError(f"section {entry.name!r} has the unknown type {entry.dtype!r}") from error
    if dtype.hasobject or dtype.kind not in _SIMPLE_KINDS or dtype.itemsize == 0:
        raise TableError(f"section {entry.name!r} has the unusable type {entry.dtype!r}")
    return dtype


def _describe(dtype: "np.dtype[np.generic]") -> str | tuple[int, tuple[FieldTuple, ...]]:
    if dtype.names is None:
        return dtype.str
    return dtype.itemsize, tuple(_fields(dtype))


def _fields(dtype: "np.dtype[np.generic]") -> Iterator[FieldTuple]:
    fields = dtype.fields
    assert fields is not None
    for name in dtype.names or ():
        part, offset = fields[name][:2]
        if part.names is not None or part.subdtype is not None:
            raise ValueError(f"field {name!r}: a record in a record or an array in a record has no form on disk")
        yield name, part.str, offset
