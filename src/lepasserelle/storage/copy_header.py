"""How a compressed copy of a segment begins and where its chunks lie (`docs/format.md`), for who reads none of them. Without numpy.

Not here: what is in the chunks (`frozen`, `thawing`).
"""

import struct
from collections.abc import Iterator
from io import FileIO
from typing import Final, NamedTuple, Self

import msgspec
import xxhash

MAGIC: Final = b"\x89LPFRZ\r\n"
_FIELDS: Final = struct.Struct("<8sIIQQQ")
_CHECKSUM: Final = struct.Struct("<Q")
HEADER_BYTES: Final = _FIELDS.size + _CHECKSUM.size


class CopyHeader(NamedTuple):
    """What a copy begins with."""

    magic: bytes
    version: int
    section_count: int
    head_bytes: int
    """Of the segment's own header, table and padding, which follow this header."""
    plan_bytes: int
    """Of the columns as msgpack, at the end of the file."""
    size_bytes: int

    @classmethod
    def of(cls, data: bytes) -> Self:
        """As these `HEADER_BYTES` say it; its checksum is not looked at."""
        return cls(*_FIELDS.unpack_from(data))

    def packed(self, plan: bytes) -> bytes:
        """Its bytes, the checksum over them and `plan` at the end."""
        fields = _FIELDS.pack(*self)
        return fields + _CHECKSUM.pack(xxhash.xxh3_64_intdigest(fields + plan))


def chunk_ends(file: FileIO) -> list[int]:
    """Where in the file of a copy its head and each chunk end; none where it is not whole. `file` stands at its beginning then."""
    size_bytes = file.seek(0, 2)
    file.seek(0)
    start = file.read(HEADER_BYTES)
    ends: list[int] = []
    if len(start) == HEADER_BYTES and start.startswith(MAGIC):
        header = CopyHeader.of(start)
        file.seek(max(0, size_bytes - header.plan_bytes))
        plan = file.read(header.plan_bytes)
        if header.size_bytes == size_bytes and start == header.packed(plan):
            ends = list(_ends(HEADER_BYTES + header.head_bytes, plan))
    file.seek(0)
    return ends


def _ends(head_end: int, plan: bytes) -> Iterator[int]:
    """Of the chunks that a plan names, which its checksum says is one of ours."""
    end = head_end
    yield end
    for _, chunks in msgspec.msgpack.decode(plan):
        for length, _ in chunks:
            end += length
            yield end
