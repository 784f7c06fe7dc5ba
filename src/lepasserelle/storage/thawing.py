"""A segment written anew from its compressed copy (`frozen`), or the copy read whole and checked.

Goes chunk by chunk through the same few pages (`scratch`): read, verified, unpacked, put in order, hashed and handed on while it is
in the processor's cache. What other sections are derived from stays until the last of them is made.

Nothing waits for the device: a segment that came from a copy is checked at each use and can be made again. Invariant: what is
thawed is the segment that its name's checksum stands for, or it is not there at all. Not here: when a copy is used (`ingest`).
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Final

import numpy as np
import xxhash
import zstandard
from numpy.typing import NDArray

from lepasserelle.durable.atomic import atomic_file
from lepasserelle.durable.failures import storage_errors
from lepasserelle.durable.regular import NotAFileError, open_regular
from lepasserelle.durable.shortage import is_shortage
from lepasserelle.durable.steps import step
from lepasserelle.storage import layout
from lepasserelle.storage.columns import DERIVED, Order, Step, restore
from lepasserelle.storage.damage import DamagedCopy
from lepasserelle.storage.frozen import (
    CHUNK_BYTES,
    MOST_USES,
    NOTHING_DERIVED,
    Chunk,
    Column,
    Copy,
    Derivations,
    array_of,
    chunk_sizes,
    copy_uses,
    derived_bytes,
    read_copy,
)
from lepasserelle.storage.records import SegmentRef
from lepasserelle.storage.scratch import Scratch, aligned_bytes, pages
from lepasserelle.storage.sections import SectionEntry, TableError, aligned, padding

_STRETCH_BYTES: Final = 1 << 18
"""The system takes one write of so much in a third of the time that it takes for the same in writes of 16 kB."""

_WORTH_A_WRITE_BYTES: Final = 1 << 16
"""What is as long and lies elsewhere is written from there."""

_TEMPORARY_BYTES: Final = 1 << 21
"""An array so long that is let go has the C library (glibc) hold on to as much of what is let go later. Else the system would bring
in and clear for each part of a sort the pages that it has just taken away from the part before."""

_Write = Callable[[memoryview | bytes], object]


def thaw(folder: Path, ref: SegmentRef, derived: Derivations = NOTHING_DERIVED) -> bool:
    """Write the segment `ref` anew from its copy, in the place of whatever has its name. False: there is no copy to read.

    The writer's lock is held. Raises `DamagedCopy` when the copy is truncated or altered, `StorageError` when the system refuses;
    then nothing was changed.
    """
    source, target = layout.frozen_path(folder, ref.name), folder / layout.SEGMENTS / ref.name
    file = _opened(ref, source)
    if file is None:
        return False
    with file, storage_errors("create", target.parent):
        copy = read_copy(ref, source, file)
        if copy is None:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(target, "thaw", sync=False) as out:

            def write(stretch: memoryview | bytes) -> None:
                out.write(stretch)
                step("thaw.chunk")

            _Thawing(ref, source, copy, file, derived, write).run()
    if source.is_symlink():
        with suppress(OSError):  # a tier that cannot be written keeps no count
            os.utime(source, (time.time(), min(MOST_USES, copy_uses(source) + 1)))
    return True


def check_copy(folder: Path, ref: SegmentRef, derived: Derivations = NOTHING_DERIVED) -> None:
    """Read the copy of `ref` whole, if there is one. Raises as `thaw` does; writes nothing."""
    source = layout.frozen_path(folder, ref.name)
    file = _opened(ref, source)
    if file is None:
        return
    with file, storage_errors("read", source):
        copy = read_copy(ref, source, file)
        if copy is not None:
            _Thawing(ref, source, copy, file, derived, len).run()


def _opened(ref: SegmentRef, source: Path) -> FileIO | None:
    with storage_errors("read", source):
        try:
            return open_regular(source)
        except FileNotFoundError:
            return None
        except NotAFileError as error:
            raise DamagedCopy(ref, source, str(error.strerror)) from error


# ── sections ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Stretch:
    """Gathers what comes one behind the other, so that it is written in few pieces."""

    def __init__(self, held: memoryview, write: _Write) -> None:
        self._held = held
        self._write = write
        self._filled = 0

    def room(self, size_bytes: int) -> memoryview:
        """Where the next bytes are to be put, at most as many as are held. What was put before may be overwritten then."""
        end = self._filled + size_bytes
        if end > len(self._held):
            self.flush()
            end = size_bytes
        start, self._filled = self._filled, end
        return self._held[start:end]

    def put(self, data: memoryview | bytes) -> None:
        """Bytes that lie elsewhere."""
        if len(data) < _WORTH_A_WRITE_BYTES:
            self.room(len(data))[:] = data
        else:
            self.flush()
            self._write(data)

    def flush(self) -> None:
        """Write what was gathered."""
        if self._filled:
            self._write(self._held[: self._filled])
            self._filled = 0


class _Thawing:
    """One reading of one copy."""

    def __init__(self, ref: SegmentRef, path: Path, copy: Copy, file: FileIO, derived: Derivations, write: _Write) -> None:
        self._ref, self._path, self._copy, self._file, self._derived = ref, path, copy, file, derived
        self._needed: dict[str, int] = {}
        """What other sections are made of: for how many that are still to be made."""
        for name in (name for entry, column in copy.sections if column.order == DERIVED for name in self._of(entry)):
            self._needed[name] = self._needed.get(name, 0) + 1
        self._arrays: dict[str, NDArray[np.generic]] = {}
        self._unpacker = zstandard.ZstdDecompressor()
        kept_bytes, work_bytes, stretch_bytes = self._kept_bytes(), *self._chunk_bytes()
        held = pages(kept_bytes + work_bytes + stretch_bytes)
        if self._needed:
            np.empty(_TEMPORARY_BYTES, np.uint8)
        self._kept = Scratch(held[:kept_bytes])
        self._stretch = _Stretch(held[kept_bytes : kept_bytes + stretch_bytes], write)
        self._work = Scratch(held[kept_bytes + stretch_bytes :])

    def run(self) -> None:
        """Hand all of the segment on. Raises `DamagedCopy` before a section that is not what the head says ends."""
        self._stretch.put(self._copy.head.data)
        for entry, column in self._copy.sections:
            try:
                if column.order == DERIVED:
                    is_whole = self._make(entry, column)
                elif len(column.chunks) > 1 or entry.name in self._needed:
                    is_whole = self._unpack(entry, column)
                else:
                    is_whole = self._unpack_at_once(entry, column)
            except (ValueError, TableError, zstandard.ZstdError) as error:
                if is_shortage(error):
                    raise MemoryError(f"section {entry.name!r} could not be unpacked: {error}") from error
                raise DamagedCopy(self._ref, self._path, f"section {entry.name!r} cannot be unpacked") from error
            if not is_whole:
                raise DamagedCopy(self._ref, self._path, f"section {entry.name!r} is altered")
        self._stretch.flush()

    # what it takes ---------------------------------------------------------------------------------------------------------------

    def _of(self, entry: SectionEntry) -> tuple[str, ...]:
        how = self._derived.get(entry.name)
        return () if how is None else how.of

    def _kept_bytes(self) -> int:
        """Of sections that others are made of, as many as are needed at one time."""
        most_bytes, left, kept = 0, self._needed.copy(), dict[str, int]()
        for entry, column in self._copy.sections if left else ():
            if entry.name in left:
                kept[entry.name] = aligned_bytes(entry.length)
                most_bytes = max(most_bytes, sum(kept.values()))
            if column.order == DERIVED:
                for name in self._of(entry):
                    left[name] -= 1
                kept = kept if any(left[name] for name in kept) else {}
        return most_bytes

    def _chunk_bytes(self) -> tuple[int, int]:
        """Of a chunk before it is unpacked and before it is in order, or of making a section; and of what waits to be written."""
        packed_bytes = planes_bytes = making_bytes = 0
        lengths = {entry.name: entry.length for entry, _ in self._copy.sections}
        stretch_bytes = _STRETCH_BYTES
        for entry, column in self._copy.sections:
            size_bytes = min(entry.length, CHUNK_BYTES)
            for chunk in column.chunks:
                if packed_bytes < chunk.length < size_bytes:
                    packed_bytes = chunk.length
            if column.order == DERIVED:
                how = self._derived.get(entry.name)
                made_of = 0 if how is None else sum(lengths.get(name, 0) for name in how.of)
                making_bytes = max(making_bytes, 0 if how is None else int(how.work * made_of))
            elif column.order.step != Step.NONE:
                planes_bytes = max(planes_bytes, size_bytes)
            if entry.name not in self._needed and column.chunks:
                stretch_bytes = max(stretch_bytes, aligned(size_bytes))
        return max(aligned_bytes(packed_bytes) + aligned_bytes(planes_bytes), making_bytes), stretch_bytes

    # sections --------------------------------------------------------------------------------------------------------------------

    def _unpack_at_once(self, entry: SectionEntry, column: Column) -> bool:
        """A section of one chunk, or of none: whether it is what the head says."""
        if len(column.chunks) != (entry.length > 0):
            raise ValueError("a section without its chunk")
        target = self._stretch.room(aligned(entry.length))
        if column.chunks:
            self._fill(target[: entry.length], column.chunks[0], column.order)
            target[entry.length :] = padding(entry.length)
        return xxhash.xxh3_64_intdigest(target) == entry.checksum

    def _unpack(self, entry: SectionEntry, column: Column) -> bool:
        kept = self._kept.take(entry.length) if entry.name in self._needed else None
        digest, start = xxhash.xxh3_64(), 0
        for size, chunk in zip(chunk_sizes(entry.length, column.order), column.chunks, strict=True):
            target = self._stretch.room(size) if kept is None else kept[start : start + size]
            self._fill(target, chunk, column.order)
            digest.update(target)
            if kept is not None:
                self._stretch.put(target)
            start += size
        if kept is not None:
            self._arrays[entry.name] = array_of(entry, kept)
        return self._ends(entry, digest)

    def _make(self, entry: SectionEntry, column: Column) -> bool:
        how = self._derived.get(entry.name)
        made = derived_bytes(entry, how, self._arrays, self._work.empty) if how is not None and not column.chunks else None
        if how is None or made is None:
            raise ValueError("it does not follow from the other sections")
        digest = xxhash.xxh3_64(made)
        self._stretch.put(made)
        self._work.give_back()
        for name in how.of:
            self._needed[name] -= 1
        if not any(self._needed[name] for name in self._arrays):
            self._arrays.clear()
            self._kept.give_back()
        return self._ends(entry, digest)

    def _ends(self, entry: SectionEntry, digest: xxhash.xxh3_64) -> bool:
        digest.update(padding(entry.length))
        self._stretch.put(padding(entry.length))
        return digest.intdigest() == entry.checksum

    def _fill(self, target: memoryview, chunk: Chunk, order: Order) -> None:
        """Read one chunk and put it, unpacked and in its own order, where it belongs."""
        planes = target if order.step == Step.NONE else self._work.take(len(target))
        packed = planes if chunk.length == len(target) else self._work.take(chunk.length)
        if self._file.readinto(packed) != chunk.length or xxhash.xxh3_64_intdigest(packed) != chunk.checksum:
            raise ValueError("a chunk is altered")
        if packed is not planes and self._unpacker.stream_reader(packed).readinto(planes) != len(planes):
            raise ValueError("a chunk has another length")
        if planes is not target:
            restore(planes, order, target)
        self._work.give_back()
