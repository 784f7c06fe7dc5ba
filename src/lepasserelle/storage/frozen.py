"""The compressed copy of a segment: what a lost segment is brought back from, byte for byte, without building it again.

A copy holds the head of its segment (header and section table) as it is, and every section in chunks of one megabyte, each arranged
by `columns`, compressed on its own and under a checksum, so that a part can be read alone (`docs/format.md`). Freezing and thawing
go chunk by chunk: neither takes more than a few megabytes beside what sections are derived from.

A section that follows from others (`Derivation`, given by whoever knows what they mean) is not held: it is made again and compared
with its checksum, and held all the same where it does not come out as it was. What it is made of stays in memory meanwhile.

Nothing waits for the device: a copy is checked at each use and can be made again. Not here: its sections read again (`thawing`);
when a copy is made or used (`ingest`).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from io import FileIO
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final, NamedTuple

import msgspec
import numpy as np
import xxhash
import zstandard
from numpy.typing import NDArray

from lepasserelle.durable.atomic import atomic_file
from lepasserelle.durable.failures import storage_errors
from lepasserelle.durable.lock import hold
from lepasserelle.durable.steps import step
from lepasserelle.errors import StorageError
from lepasserelle.model import Derivation, Empty
from lepasserelle.storage import layout
from lepasserelle.storage.columns import AS_IT_IS, DERIVED, Order, Step, arranged, orders_for
from lepasserelle.storage.copy_header import HEADER_BYTES, MAGIC, CopyHeader
from lepasserelle.storage.damage import DamagedCopy, DamagedSegment
from lepasserelle.storage.records import SegmentRef
from lepasserelle.storage.sections import SectionEntry, TableError, content, padding, view
from lepasserelle.storage.segments import Head, opened, read_head

COPY_VERSION: Final = 3
"""Those of version 1 derive nothing, and are read as they are."""
_DERIVES_OTHERS: Final = 2
"""Copies of this version left other sections out: only those that left out none are read."""
CHUNK_BYTES: Final = 1 << 20
"""Before compression; a chunk ends with a whole row."""

Derivations = Mapping[str, Derivation]
NOTHING_DERIVED: Final[Derivations] = MappingProxyType({})
_Arrays = dict[str, NDArray[np.generic]]

MOST_USES: Final = 1000
_LEVEL: Final[Mapping[int, int]] = {Step.NONE: 1, Step.PLANES: 3, Step.DIFFERENCES: 1}
"""Of planes level 3 makes 2 to 6 % less and unpacks in the same time or less; of the others it unpacks more slowly."""
_SAMPLE_BYTES: Final = 1 << 17


class SegmentInUseError(StorageError):
    """A segment is mapped by a reader; whoever wanted its exclusive lock comes again."""

    def __init__(self, ref: SegmentRef) -> None:
        super().__init__(f"the {ref.kind} segment is being read")


class Chunk(msgspec.Struct, frozen=True, array_like=True):
    """One compressed stretch of a section; as long as it is uncompressed: stored as it is."""

    length: int
    checksum: int
    """xxh3_64 of the stored bytes."""


class Column(msgspec.Struct, frozen=True, array_like=True):
    """One section."""

    order: Order
    chunks: tuple[Chunk, ...]


_PLAN: Final = msgspec.msgpack.Decoder(list[Column])


class Copy(NamedTuple):
    """What a copy says of its segment."""

    head: Head
    sections: list[tuple[SectionEntry, Column]]


def copy_bytes(folder: Path, ref: SegmentRef) -> int | None:
    """Length of the copy of `ref`, or None when there is none."""
    try:
        return layout.frozen_path(folder, ref.name).stat().st_size
    except OSError:
        return None


def copy_uses(path: Path) -> int:
    """How often a copy in a slow tier (behind a link in the index folder) has brought its segment back since it went there.

    Kept in its file's time of change, which tells nothing else: any process sees it, and it goes with the file.
    """
    try:
        counted = int(path.stat().st_mtime)
    except OSError:
        return 0
    return counted if counted <= MOST_USES else 0


def freeze(folder: Path, ref: SegmentRef, derived: Derivations = NOTHING_DERIVED, former: SegmentRef | None = None) -> int:
    """Make the copy of a segment; returns its length in bytes. The writer's lock is held, and the segment's own is taken.

    `derived`: sections that need not be held where they follow, which `thaw` must then be given, too. `former`: a segment of the
    same kind; of sections that are the same, its copy has the chunks already.

    Raises `SegmentInUseError` when a reader holds the segment, which is left alone then; `DamagedSegment` when it is not what `ref`
    says, `StorageError` when the system refuses; then there is no copy.
    """
    source, target = folder / layout.SEGMENTS / ref.name, layout.frozen_path(folder, ref.name)
    with storage_errors("create", target.parent):
        target.parent.mkdir(exist_ok=True)
    try:
        with storage_errors("read", source), opened(ref, source) as file:
            if not hold(file, shared=False):
                raise SegmentInUseError(ref)
            step("freeze.locked")
            head = read_head(ref, source, file)
            with atomic_file(target, "freeze", sync=False) as out:
                return _write_copy(ref, source, head, file, out, derived, _Former(folder, former))
    except TableError as error:
        raise DamagedSegment(ref, source, str(error)) from error


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Former:
    """What the copy of another segment holds, if it can be read and would be made so now."""

    def __init__(self, folder: Path, ref: SegmentRef | None) -> None:
        self._columns: dict[SectionEntry, tuple[Column, int]] = {}
        self._path = folder if ref is None else layout.frozen_path(folder, ref.name)
        if ref is None:
            return
        with suppress(StorageError, OSError, TableError), FileIO(self._path, "rb") as file:
            copy = read_copy(ref, self._path, file)
            at = file.tell()
            file.seek(0)
            is_alike = CopyHeader.of(file.read(HEADER_BYTES)).version == COPY_VERSION
            for entry, column in copy.sections if copy is not None and is_alike else ():
                if column.order != DERIVED:
                    self._columns[_anywhere(entry)] = (column, at)
                at += sum(chunk.length for chunk in column.chunks)

    def chunks(self, entry: SectionEntry) -> tuple[Column, list[bytes]] | None:
        """How it holds a section that is the same, and the stored chunks, verified."""
        if _anywhere(entry) not in self._columns:
            return None
        column, at = self._columns[_anywhere(entry)]
        with suppress(OSError), FileIO(self._path, "rb") as file:
            file.seek(at)
            data = [file.read(chunk.length) for chunk in column.chunks]
            if all(xxhash.xxh3_64_intdigest(one) == chunk.checksum for one, chunk in zip(data, column.chunks, strict=True)):
                return column, data
        return None


def _anywhere(entry: SectionEntry) -> SectionEntry:
    return msgspec.structs.replace(entry, offset=0)


def _write_copy(
    ref: SegmentRef, source: Path, head: Head, file: FileIO, out: BinaryIO, derived: Derivations, former: _Former
) -> int:
    out.write(bytes(HEADER_BYTES))
    out.write(head.data)
    compressors = {how: zstandard.ZstdCompressor(level=level) for how, level in _LEVEL.items()}
    columns = []
    for entry in head.entries:
        if entry.name in derived and _follows(entry, derived[entry.name], head, file):
            columns.append(Column(DERIVED, ()))
            continue
        if (held := former.chunks(entry)) is not None:
            columns.append(held[0])
            out.writelines(held[1])
            continue
        order = _best_order(entry, _sample(entry, head, file), compressors)
        digest = xxhash.xxh3_64()
        stretches = _stretches(entry, order, head, file, digest)
        columns.append(Column(order, tuple(_write_chunks(stretches, order, compressors[order.step], out))))
        if digest.intdigest() != entry.checksum:
            raise DamagedSegment(ref, source, f"section {entry.name!r} is altered")
        step("freeze.section")
    plan = msgspec.msgpack.encode(columns)
    out.write(plan)
    size_bytes = out.tell()
    out.seek(0)
    out.write(CopyHeader(MAGIC, COPY_VERSION, len(columns), len(head.data), len(plan), size_bytes).packed(plan))
    return size_bytes


def _follows(entry: SectionEntry, how: Derivation, head: Head, file: FileIO) -> bool:
    """Whether a section comes out of those before it as the head says that it is."""
    before = {one.name: one for one in head.entries if one.offset < entry.offset and one.name in how.of}
    arrays: _Arrays = {}
    for name, one in before.items():
        file.seek(len(head.data) + one.offset)
        arrays[name] = array_of(one, file.read(one.length))
    return derived_bytes(entry, how, arrays, np.empty) is not None


def derived_bytes(entry: SectionEntry, how: Derivation, arrays: _Arrays, empty: Empty) -> memoryview | None:
    """The bytes of a section, made of `arrays`; None where that is not what the head says."""
    try:
        data = content(how.make(arrays, empty))
    except (KeyError, ValueError, IndexError, OverflowError):
        return None
    digest = xxhash.xxh3_64(data)
    digest.update(padding(entry.length))
    return data if len(data) == entry.length and digest.intdigest() == entry.checksum else None


def array_of(entry: SectionEntry, data: bytes | memoryview) -> NDArray[np.generic]:
    """A section by itself. Raises `TableError`, or `ValueError` when bytes are missing."""
    return view(msgspec.structs.replace(entry, offset=0), memoryview(data))


def _write_chunks(stretches: Iterable[bytes], order: Order, compressor: zstandard.ZstdCompressor, out: BinaryIO) -> Iterator[Chunk]:
    for stretch in stretches:
        packed: bytes | memoryview = compressor.compress(arranged(stretch, order))
        if len(packed) >= len(stretch):
            packed = arranged(stretch, order)
        out.write(packed)
        yield Chunk(len(packed), xxhash.xxh3_64_intdigest(packed))


def _stretches(entry: SectionEntry, order: Order, head: Head, file: FileIO, digest: xxhash.xxh3_64) -> Iterator[bytes]:
    """The section, chunk by chunk; `digest` is that of section and padding when all were taken."""
    file.seek(len(head.data) + entry.offset)
    for size in chunk_sizes(entry.length, order):
        data = file.read(size)
        digest.update(data)
        yield data
    digest.update(file.read(len(padding(entry.length))))


def _sample(entry: SectionEntry, head: Head, file: FileIO) -> bytes:
    """Some rows from the middle of a section: the beginning of a sorted column is like nothing else in it."""
    row_bytes = entry.length // entry.shape[0] if entry.shape[0] else 1
    rows = min(entry.shape[0], max(1, _SAMPLE_BYTES // max(1, row_bytes)))
    file.seek(len(head.data) + entry.offset + (entry.shape[0] - rows) // 2 * row_bytes)
    return file.read(rows * row_bytes)


def _best_order(entry: SectionEntry, sample: bytes, compressors: Mapping[int, zstandard.ZstdCompressor]) -> Order:
    """The order in which the sample takes least; the plainer of equal ones."""
    orders = orders_for(entry)
    if len(orders) == 1:
        return orders[0]
    return min(orders, key=lambda order: len(compressors[order.step].compress(arranged(sample, order))))


def chunk_sizes(length: int, order: Order) -> Iterator[int]:
    """Bytes of each chunk of a section, before compression."""
    most = max(1, CHUNK_BYTES // order.row_bytes) * order.row_bytes
    for start in range(0, length, most):
        yield min(most, length - start)


# ── read again: head and plan ────────────────────────────────────────────────────────────────────────────────────────────────────


def read_copy(ref: SegmentRef, path: Path, file: FileIO) -> Copy | None:
    """Head and columns, verified; None for a copy of another version. `file` stands at the first chunk afterwards."""
    size_bytes = file.seek(0, 2)
    file.seek(0)
    start = file.read(HEADER_BYTES)
    if len(start) != HEADER_BYTES or start[: len(MAGIC)] != MAGIC:
        raise DamagedCopy(ref, path, "it does not begin as a copy")
    header = CopyHeader.of(start)
    if header.size_bytes != size_bytes or HEADER_BYTES + header.head_bytes + header.plan_bytes > size_bytes:
        raise DamagedCopy(ref, path, f"{size_bytes} bytes instead of {header.size_bytes}")
    file.seek(size_bytes - header.plan_bytes)
    plan = file.read(header.plan_bytes)
    if start != header.packed(plan):
        raise DamagedCopy(ref, path, "its header or plan is altered")
    if not 1 <= header.version <= COPY_VERSION:
        return None
    file.seek(HEADER_BYTES)
    head, columns = _head(ref, path, file, header), _columns(ref, path, plan, header)
    if len(columns) != len(head.entries):
        raise DamagedCopy(ref, path, "its plan has another number of sections")
    if header.version == _DERIVES_OTHERS and any(column.order == DERIVED for column in columns):
        return None
    return Copy(head, list(zip(head.entries, columns, strict=True)))


def _head(ref: SegmentRef, path: Path, file: FileIO, header: CopyHeader) -> Head:
    data = file.read(header.head_bytes)
    try:
        return Head.of(ref, path, data)
    except (DamagedSegment, TableError) as error:
        raise DamagedCopy(ref, path, "its segment's head is altered") from error


def _columns(ref: SegmentRef, path: Path, plan: bytes, header: CopyHeader) -> list[Column]:
    try:
        columns = _PLAN.decode(plan)
    except msgspec.DecodeError as error:
        raise DamagedCopy(ref, path, "its plan cannot be read") from error
    chunk_bytes = sum(chunk.length for column in columns for chunk in column.chunks)
    is_filled = HEADER_BYTES + header.head_bytes + chunk_bytes + header.plan_bytes == header.size_bytes
    if not is_filled or not all(column.order in (AS_IT_IS, DERIVED) or column.order.is_valid for column in columns):
        raise DamagedCopy(ref, path, "its plan does not fit")
    return columns
