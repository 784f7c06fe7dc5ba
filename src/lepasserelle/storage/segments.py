"""Segment files: named arrays in one immutable file, mapped read-only, every byte of it under a checksum.

Layout (`docs/format.md` has it byte by byte): a header of 64 bytes, the section table, zeros to the next multiple of 64, then each
section followed by zeros to the next multiple of 64. A section's checksum covers its padding; the header's covers header, table and
the padding behind them, and so names the whole content (a Merkle tree of depth one).

A segment is verified by reading the file, not through its map: the pages of the page cache are the same, but a bad sector becomes
an error instead of a SIGBUS, and no page counts as this process's before it is used. Its size is checked first and a segment is
never truncated in place, so that no read through the map can fall off its end. Not here: which segments belong together (manifest).
"""

import errno
import mmap
import os
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from io import FileIO
from pathlib import Path
from types import MappingProxyType, ModuleType, TracebackType
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import msgspec
import xxhash

from lepasserelle.durable.atomic import atomic_file
from lepasserelle.durable.failures import storage_errors
from lepasserelle.durable.lock import hold
from lepasserelle.durable.regular import NotAFileError, open_regular
from lepasserelle.durable.steps import step
from lepasserelle.storage import layout
from lepasserelle.storage.damage import DamagedSegment
from lepasserelle.storage.records import SegmentRef
from lepasserelle.storage.sections import SectionEntry, TableError, aligned, check, content, padding, plan, storable, view
from lepasserelle.storage.versions import FORMAT_VERSION, VersionMismatch

if TYPE_CHECKING:
    from lepasserelle.model import Sections

MAGIC = b"\x89LPSEG\r\n"
_FIELDS = struct.Struct("<8sIIQQQ16s")
_CHECKSUM = struct.Struct("<Q")
_TABLE: Final = msgspec.msgpack.Decoder(list[SectionEntry])
HEADER_BYTES = _FIELDS.size + _CHECKSUM.size
_READ_BYTES = 1 << 20


class _Stamp(NamedTuple):
    """What changes when somebody replaces or writes a file."""

    device: int
    inode: int
    size_bytes: int
    modified_ns: int
    changed_ns: int


def _stamp_of(status: os.stat_result) -> _Stamp:
    return _Stamp(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


class _Header(NamedTuple):
    magic: bytes
    version: int
    section_count: int
    generation: int
    size_bytes: int
    table_bytes: int
    kind: bytes

    @property
    def data_offset(self) -> int:
        return HEADER_BYTES + aligned(self.table_bytes)


class Head(NamedTuple):
    """What stands before the sections of a segment, verified: it says what they are and by their checksums what they hold."""

    data: bytes
    """Header, table and padding, as they stand in the file."""
    entries: list[SectionEntry]

    @classmethod
    def of(cls, ref: SegmentRef, path: Path, data: bytes) -> Self:
        """The head that these bytes are, if it is that of `ref`. Raises `DamagedSegment`, `VersionMismatch` and `TableError`."""
        if len(data) < HEADER_BYTES:
            raise DamagedSegment(ref, path, "its header is altered")
        header, table = _Header(*_FIELDS.unpack_from(data)), data[HEADER_BYTES:]
        digest = xxhash.xxh3_64(data[: _FIELDS.size] + table)
        if digest.hexdigest() != ref.checksum or data[_FIELDS.size : HEADER_BYTES] != _CHECKSUM.pack(digest.intdigest()):
            raise DamagedSegment(ref, path, "its header or section table is altered")
        if header.version != FORMAT_VERSION:
            raise VersionMismatch("index", header.version, FORMAT_VERSION)
        if header.size_bytes != ref.size_bytes or header.kind.rstrip(b"\0") != ref.kind.encode("ascii"):
            raise DamagedSegment(ref, path, "it is another segment than the manifest names")
        try:
            entries = _TABLE.decode(table[: header.table_bytes])
        except msgspec.DecodeError as error:
            raise TableError("the section table cannot be read") from error
        check(entries, ref.size_bytes - len(data))
        return cls(data, entries)


def write_segment(folder: Path, generation: int, kind: str, sections: "Sections") -> SegmentRef:
    """Write `sections` as a segment of the index in `folder`, durable when this returns. Needs the writer's lock to be held.

    The arrays' names, shapes and order are kept; items become little-endian. Nothing is copied unless an array is not contiguous.
    Raises `StorageError` when the system refuses, `ValueError` for arrays without a fixed form.
    """
    arrays = {name: storable(name, array) for name, array in sections.items()}
    entries = plan(arrays)
    table = msgspec.msgpack.encode(entries)
    size_bytes = HEADER_BYTES + aligned(len(table)) + sum(aligned(entry.length) for entry in entries)
    fields = _FIELDS.pack(MAGIC, FORMAT_VERSION, len(entries), generation, size_bytes, len(table), kind.encode("ascii"))
    digest = xxhash.xxh3_64(fields + table + padding(len(table)))
    ref = SegmentRef(kind, layout.segment_name(generation, kind, digest.hexdigest()), size_bytes, digest.hexdigest())
    path = folder / layout.SEGMENTS / ref.name
    with storage_errors("create", path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(path, "segment") as file:
        file.write(fields + _CHECKSUM.pack(digest.intdigest()) + table + padding(len(table)))
        for array in arrays.values():
            file.write(content(array))
            file.write(padding(array.nbytes))
            step("segment.section")
    return ref


class Segment:
    """One verified, mapped segment file. Its arrays are views of the map: it stays mapped until the last of them is gone."""

    def __init__(self, ref: SegmentRef, path: Path, mapped: mmap.mmap, head: Head, stamp: _Stamp) -> None:
        self.ref = ref
        self.path = path
        self._stamp = stamp
        self.data_offset = len(head.data)
        """Where in the file the first section begins."""
        self._map: mmap.mmap | None = mapped
        data = memoryview(mapped)[self.data_offset :]
        self._sections = {entry.name: view(entry, data) for entry in head.entries}

    @classmethod
    def open(cls, folder: Path, ref: SegmentRef) -> Self:
        """Map the segment `ref` of the index in `folder`, after every byte of it has been checked.

        Raises `DamagedSegment` when it is missing, truncated or altered, `VersionMismatch` when another version wrote it, and
        `StorageError` when the system does not let it be read.
        """
        path = folder / layout.SEGMENTS / ref.name
        try:
            with storage_errors("read", path), opened(ref, path) as file:
                stamp = _stamp_of(os.fstat(file.fileno()))
                head = _readable(ref, path, file)
                hold(file, shared=True)  # the map keeps it; whoever freezes right now only reads, so nobody waits for that
                mapped = mmap.mmap(file.fileno(), ref.size_bytes, access=mmap.ACCESS_READ)
                return cls(ref, path, mapped, head, stamp)
        except TableError as error:
            raise DamagedSegment(ref, path, str(error)) from error

    @property
    def sections(self) -> "Sections":
        """Read-only arrays by name, in the order in which they were written; empty after `close()`."""
        return MappingProxyType(self._sections)

    @property
    def file_bytes(self) -> int:
        """Length of the file."""
        return self.ref.size_bytes

    @property
    def section_bytes(self) -> Mapping[str, int]:
        """Bytes by section, without padding."""
        return {name: array.nbytes for name, array in self._sections.items()}

    @property
    def is_open(self) -> bool:
        """False after `close()`."""
        return self._map is not None

    @property
    def is_unchanged(self) -> bool:
        """Whether the file is still the one that was verified: there, in its place, and not written to since."""
        try:
            return _stamp_of(self.path.stat()) == self._stamp
        except OSError:
            return False

    @property
    def is_overwritten(self) -> bool:
        """Whether the very file that is mapped was written to, or cut, since it was verified: what is read may be anything, or end
        the process. One that is gone, or has another in its place, is readable as it was.
        """
        try:
            now = _stamp_of(self.path.stat())
        except OSError:
            return False
        return now[:2] == self._stamp[:2] and now[2:4] != self._stamp[2:4]

    def resident_bytes(self) -> int | None:
        """Pages of it that this process holds; None where the system does not tell."""
        return 0 if self._map is None else _pages().resident_bytes(self._map)

    def resident_blocks(self, block_bytes: int) -> list[int] | None:
        """Numbers of the blocks of its file of which this process holds a page; None where the system does not tell."""
        return [] if self._map is None else _pages().resident_blocks(self._map, block_bytes)

    def give_back(self, go_on: Callable[[], bool] | None = None) -> int | None:
        """Give its pages back to the system; reading brings them again. Bytes given back, None where the system cannot do it.

        `go_on` is asked before each step of some megabytes; False ends it there.
        """
        return 0 if self._map is None else _pages().give_back(self._map, go_on=go_on)

    def populate(self, start: int = 0, length: int | None = None) -> None:
        """Bring its pages (those of a stretch, in bytes) into this process ahead of reading."""
        if self._map is not None:
            _pages().populate(self._map, start, length)

    def close(self) -> None:
        """Let go of the map. Arrays still held elsewhere keep it mapped; closing it under them would be a crash. Idempotent."""
        self._sections = {}
        mapped, self._map = self._map, None
        if mapped is not None:
            with suppress(BufferError):  # arrays are still held: the map goes with the last of them
                mapped.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _pages() -> ModuleType:
    """Loaded when it is needed: reading needs none of it."""
    from lepasserelle.memory import pages

    return pages


def opened(ref: SegmentRef, path: Path) -> FileIO:
    """The file of a segment, for reading. Raises `DamagedSegment` when it is missing, or something else lies in its place."""
    try:
        return open_regular(path)
    except FileNotFoundError as error:
        raise DamagedSegment(ref, path, "the file is missing") from error
    except NotAFileError as error:
        raise DamagedSegment(ref, path, str(error.strerror)) from error


def read_head(ref: SegmentRef, path: Path, file: FileIO) -> Head:
    """The verified head of a segment whose file has the length that `ref` says; `file` stands at the first section afterwards.

    Raises `DamagedSegment`, `TableError` and `VersionMismatch`.
    """
    size_bytes = os.fstat(file.fileno()).st_size
    if size_bytes != ref.size_bytes or size_bytes < HEADER_BYTES:
        raise DamagedSegment(ref, path, f"{size_bytes} bytes instead of {ref.size_bytes}")
    start = file.read(HEADER_BYTES)
    if len(start) != HEADER_BYTES or start[: len(MAGIC)] != MAGIC:
        raise DamagedSegment(ref, path, "it does not begin as a segment")
    data_offset = _Header(*_FIELDS.unpack_from(start)).data_offset
    if data_offset > size_bytes:
        raise DamagedSegment(ref, path, "its header is altered")
    return Head.of(ref, path, start + file.read(data_offset - HEADER_BYTES))


def _readable(ref: SegmentRef, path: Path, file: FileIO) -> Head:
    """As `_verified`; a sector that cannot be read is damage, since the segment can be made anew elsewhere on the disk."""
    try:
        return _verified(ref, path, file)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        raise DamagedSegment(ref, path, "the disk cannot read it") from error


def _verified(ref: SegmentRef, path: Path, file: FileIO) -> Head:
    """The head of the file, once all of its bytes agree with their checksums and with `ref`."""
    head = read_head(ref, path, file)
    buffer = memoryview(bytearray(min(_READ_BYTES, ref.size_bytes)))
    for entry in head.entries:
        verify_section(ref, path, file, entry, buffer)
    return head


def verify_section(ref: SegmentRef, path: Path, file: FileIO, entry: SectionEntry, buffer: memoryview | None = None) -> None:
    """Read the section at which `file` stands, through `buffer`. Raises `DamagedSegment` unless it agrees with its checksum."""
    if buffer is None:
        buffer = memoryview(bytearray(min(_READ_BYTES, max(1, aligned(entry.length)))))
    if _hash_of_next(file, aligned(entry.length), buffer) != entry.checksum:
        raise DamagedSegment(ref, path, f"section {entry.name!r} is altered")


def _hash_of_next(file: FileIO, length: int, buffer: memoryview) -> int:
    """xxh3_64 of the next `length` bytes; of fewer when the file ends before."""
    digest = xxhash.xxh3_64()
    left = length
    while left > 0:
        count = file.readinto(buffer[: min(left, len(buffer))])
        if not count:
            break
        digest.update(buffer[:count])
        left -= count
    return digest.intdigest()
