"""A payload that knows whether it is whole: magic, kind, codec, epoch, length and xxh3 checksums before the bytes.

A frame is opaque: it neither compresses nor interprets its payload; `codec` only says what the writer did. All numbers are
little-endian. Every byte of a frame is under a checksum, so any change to it is found.

    offset  bytes  what
    0       4      magic `LPSF`
    4       2      frame version, 1
    6       2      codec: 0 as it is, 1 zstd; others belong to the user
    8       16     kind, ASCII, padded with zeros
    24      8      epoch, an unsigned number of the user's (a generation, 0 when unused)
    32      8      length of the payload in bytes
    40      8      xxh3_64 of the payload
    48      8      xxh3_64 of bytes 0 to 47
    56      …      payload
"""

import struct
from typing import NamedTuple

import xxhash

from lepasserelle.errors import DamagedError

MAGIC = b"LPSF"
FRAME_VERSION = 1
CODEC_RAW = 0
CODEC_ZSTD = 1
_FIELDS = struct.Struct("<4sHH16sQQQ")
_CHECKSUM = struct.Struct("<Q")
HEADER_BYTES = _FIELDS.size + _CHECKSUM.size
_KIND_BYTES = 16


class Frame(NamedTuple):
    """What a frame holds."""

    kind: str
    codec: int
    epoch: int
    payload: memoryview
    """A view into the bytes that were given."""


def pack(kind: str, payload: bytes | memoryview, *, codec: int = CODEC_RAW, epoch: int = 0) -> bytes:
    """A whole frame. `kind`: 1 to 16 ASCII characters without NUL (`ValueError` else)."""
    name = kind.encode("ascii")
    if not 0 < len(name) <= _KIND_BYTES or b"\0" in name:
        raise ValueError(f"a frame's kind has 1 to {_KIND_BYTES} ASCII characters, not {kind!r}")
    checksum = xxhash.xxh3_64_intdigest(payload)
    fields = _FIELDS.pack(MAGIC, FRAME_VERSION, codec, name, epoch, len(payload), checksum)
    return b"".join((fields, _CHECKSUM.pack(xxhash.xxh3_64_intdigest(fields)), payload))


def unpack(data: bytes | memoryview) -> Frame:
    """The frame that `data` holds, all of it and nothing more. Raises `DamagedError` when it is anything else."""
    if len(data) < HEADER_BYTES:
        raise DamagedError(f"a frame of {len(data)} bytes is shorter than its header; it must be made again")
    view = memoryview(data)
    fields = bytes(view[: _FIELDS.size])
    (stated,) = _CHECKSUM.unpack_from(view, _FIELDS.size)
    if xxhash.xxh3_64_intdigest(fields) != stated:
        raise DamagedError("a frame's header is damaged; it must be made again")
    magic, version, codec, kind, epoch, length, checksum = _FIELDS.unpack(fields)
    if magic != MAGIC or version != FRAME_VERSION:
        raise DamagedError(f"a frame of version {version} instead of {FRAME_VERSION}; it must be made again")
    payload = view[HEADER_BYTES:]
    if len(payload) != length or xxhash.xxh3_64_intdigest(payload) != checksum:
        raise DamagedError("a frame's payload is damaged; it must be made again")
    return Frame(kind.rstrip(b"\0").decode("ascii"), codec, epoch, payload)
