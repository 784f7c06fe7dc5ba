"""Some sections of a segment as plain memory, verified before use: for a process that asks one question and needs no more of it.

Not `Segment`, which verifies all of a file and gives arrays: this reads no byte of the other sections, and needs no numpy.
Invariant: what is given agrees with the checksum that the manifest pins through the segment's head.
"""

import mmap
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from lepasserelle.durable.failures import storage_errors
from lepasserelle.durable.lock import hold
from lepasserelle.model import Views
from lepasserelle.storage import layout
from lepasserelle.storage.damage import DamagedSegment
from lepasserelle.storage.records import SegmentRef
from lepasserelle.storage.sections import SectionEntry, TableError
from lepasserelle.storage.segments import opened, read_head, verify_section

_FORMATS: Final[Mapping[str, Literal["B", "I", "Q", "q"]]] = {"|u1": "B", "<u4": "I", "<u8": "Q", "<i8": "q"}
"""numpy's word for the type of an item → that of `memoryview`."""

CAN_READ: Final = sys.byteorder == "little"
"""Whether plain memory says here what the file says."""


def read_parts(folder: Path, ref: SegmentRef, wanted: Sequence[str]) -> Views:
    """Those of the sections `wanted` that the segment `ref` of the index in `folder` has: whole numbers, by name.

    They keep the file mapped. Raises as `Segment.open` does.
    """
    path = folder / layout.SEGMENTS / ref.name
    try:
        with storage_errors("read", path), opened(ref, path) as file:
            head = read_head(ref, path, file)
            entries = [entry for entry in head.entries if entry.name in wanted]
            for entry in entries:
                file.seek(len(head.data) + entry.offset)
                verify_section(ref, path, file, entry)
            hold(file, shared=True)
            data = memoryview(mmap.mmap(file.fileno(), ref.size_bytes, access=mmap.ACCESS_READ))[len(head.data) :]
            return {entry.name: _view(entry, data) for entry in entries}
    except TableError as error:
        raise DamagedSegment(ref, path, str(error)) from error


def _view(entry: SectionEntry, data: memoryview) -> memoryview:
    kind = _FORMATS.get(entry.dtype) if isinstance(entry.dtype, str) else None
    if kind is None:
        raise TableError(f"section {entry.name!r} holds no whole numbers")
    return data[entry.offset : entry.offset + entry.length].cast(kind)
