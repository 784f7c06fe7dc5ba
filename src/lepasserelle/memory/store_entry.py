"""One stored entry as bytes, and the name of its file. Touches no file.

All numbers are little-endian. Who lists entries verifies the head alone:

    offset  bytes  what
    0       4      magic `LPE2`
    4       1      codec: 0 as it is, 1 zstd, 2 zstd with a dictionary
    5       1      k, length of the kind
    6       2      zero
    8       4      n, length of the key
    12      4      length of what is stored of the entry
    16      8      epoch
    24      k      kind, ASCII
    24+k    n      the whole key
    24+k+n  8      xxh3_64 of all before: the end of the head
    …       8      xxh3_64 of what is stored, with the one before as its seed
    …       …      what is stored; with a dictionary the 20 bytes of BLAKE2b-160 of it stand before

Entries of the former layout, `LPE1`, are read: 4 bytes length of the first of two frames (`durable.frame`), that of the key, and
that of the entry. They take 74 bytes more, a fifth of what is stored of a small answer.

Invariants: every byte is under a checksum, or a change to it makes a frame's length wrong; the file's name follows from kind, epoch
and key alone, but what an entry is, its content says: a file under another's name is found out.
"""

import hashlib
import re
import struct
from collections.abc import Callable
from typing import Final, NamedTuple

import xxhash
import zstandard

from lepasserelle.durable import frame
from lepasserelle.durable.shortage import is_shortage
from lepasserelle.errors import DamagedError

MAGIC: Final = b"LPE2"
FORMER_MAGIC: Final = b"LPE1"
HEAD_READ_BYTES: Final = 4096
"""How much of a file holds the first frame for every key of usual length."""

LONGEST_KEY_BYTES: Final = 1 << 20
HIGHEST_EPOCH: Final = (1 << 64) - 1

_FIELDS: Final = struct.Struct("<4sBBHIIQ")
_CHECKSUM: Final = struct.Struct("<Q")
_FORMER: Final = struct.Struct("<4sI")
LEVEL: Final = 1
"""4.5 times smaller; a trained dictionary would make it 5.4 and no file take fewer blocks (docs/decisions/227)."""

_COMPRESS_FROM_BYTES: Final = 256
_KIND: Final = re.compile(r"[a-z][a-z0-9_]{0,15}")
_NAME: Final = re.compile(r"([a-z][a-z0-9_]{0,15})\.(0|[1-9][0-9]{0,19})\.([0-9a-f]{40})")
_DICTIONARY: Final = ".dict"
CODEC_DICTIONARY: Final = 2
DIGEST_BYTES: Final = 20


class EntryHead(NamedTuple):
    """What an entry is found by."""

    kind: str
    epoch: int
    key: bytes


class EntryTitle(NamedTuple):
    """What a file's name says."""

    kind: str
    epoch: int


class Dictionary(NamedTuple):
    """A trained one."""

    digest: bytes
    """BLAKE2b-160 of its bytes."""
    data: zstandard.ZstdCompressionDict


FindDictionary = Callable[[str], Dictionary]
"""By the name of its file. Raises `DamagedError` when it is gone or damaged."""


def file_name(kind: str, epoch: int, key: bytes) -> str:
    """`<kind>.<epoch>.<BLAKE2b-160 of the key>`.

    Raises `ValueError` for a kind that is no lower-case word of at most 16 characters, an epoch outside 0 to 2⁶⁴ - 1 and a key over
    a megabyte.
    """
    if not _KIND.fullmatch(kind):
        raise ValueError(f"a kind is a lower-case word of at most 16 characters, not {kind!r}")
    if not 0 <= epoch <= HIGHEST_EPOCH:
        raise ValueError(f"an epoch lies between 0 and {HIGHEST_EPOCH}, not at {epoch}")
    if len(key) > LONGEST_KEY_BYTES:
        raise ValueError(f"a key has at most {LONGEST_KEY_BYTES} bytes, not {len(key)}")
    return f"{kind}.{epoch}.{digest(key)}"


def digest(key: bytes) -> str:
    """40 hexadecimal digits; two keys with the same ones are not to be found."""
    return hashlib.blake2b(key, digest_size=20).hexdigest()


def title(name: str) -> EntryTitle | None:
    """Kind and epoch as the file's name has them, or None when it is no entry's name."""
    match = _NAME.fullmatch(name)
    return EntryTitle(match[1], int(match[2])) if match else None


def is_entry_name(name: str) -> bool:
    """Whether a file of that name is an entry."""
    return _NAME.fullmatch(name) is not None


def content_digest(content: bytes) -> bytes:
    """What a dictionary is named by."""
    return hashlib.blake2b(content, digest_size=DIGEST_BYTES).digest()


def dictionary_file_name(title: EntryTitle, content: bytes) -> str:
    """The name of a dictionary's file."""
    return f"{title.kind}.{title.epoch}.{content_digest(content).hex()}{_DICTIONARY}"


def dictionary_title(name: str) -> EntryTitle | None:
    """Kind and epoch that a dictionary is of, by the name of its file; None when it is no dictionary's name."""
    return title(name.removesuffix(_DICTIONARY)) if name.endswith(_DICTIONARY) else None


def dictionary_name(head: EntryHead, body: frame.Frame) -> str | None:
    """The file of the dictionary that an entry was packed with; None when with none."""
    if body.codec != CODEC_DICTIONARY:
        return None
    return f"{head.kind}.{head.epoch}.{bytes(body.payload[:DIGEST_BYTES]).hex()}{_DICTIONARY}"


def pack(head: EntryHead, payload: bytes, dictionary: Dictionary | None = None) -> bytes:
    """The file's content; the payload is compressed where that makes it smaller. Raises `MemoryError`."""
    codec, body = frame.CODEC_RAW, payload
    if len(payload) >= _COMPRESS_FROM_BYTES:
        packed = _compressed(payload, None if dictionary is None else dictionary.data)
        if len(packed) + DIGEST_BYTES * (dictionary is not None) < len(payload):
            codec, body = (frame.CODEC_ZSTD, packed) if dictionary is None else (CODEC_DICTIONARY, dictionary.digest + packed)
    kind = head.kind.encode("ascii")
    begin = _FIELDS.pack(MAGIC, codec, len(kind), 0, len(head.key), len(body), head.epoch) + kind + head.key
    checksum = xxhash.xxh3_64_intdigest(begin)
    return b"".join((begin, _CHECKSUM.pack(checksum), _CHECKSUM.pack(xxhash.xxh3_64_intdigest(body, checksum)), body))


def _compressed(payload: bytes, dictionary: zstandard.ZstdCompressionDict | None) -> bytes:
    try:
        if dictionary is None:
            return zstandard.ZstdCompressor(level=LEVEL).compress(payload)
        return zstandard.ZstdCompressor(level=LEVEL, dict_data=dictionary).compress(payload)
    except zstandard.ZstdError as error:  # nothing but memory can be lacking
        raise MemoryError(f"an entry of {len(payload)} bytes could not be compressed: {error}") from error


def head_length(data: bytes) -> int:
    """How many bytes of the file `read_head` needs, as its beginning says. Raises `DamagedError`."""
    if len(data) < _FIELDS.size:
        raise DamagedError("a stored entry is cut off; it is computed anew")
    magic, _, kind_bytes, _, key_bytes, _, _ = _FIELDS.unpack_from(data)
    if magic == MAGIC and key_bytes <= LONGEST_KEY_BYTES:
        return _FIELDS.size + int(kind_bytes) + int(key_bytes) + _CHECKSUM.size
    frame_bytes = int(_FORMER.unpack_from(data)[1])
    if magic != FORMER_MAGIC or frame_bytes > LONGEST_KEY_BYTES + frame.HEADER_BYTES:
        raise DamagedError("a stored entry does not begin as one; it is computed anew")
    return _FORMER.size + frame_bytes


def read_head(data: bytes) -> EntryHead:
    """What the entry is, from its first bytes alone (`head_length` of them or more). Raises `DamagedError`."""
    view = memoryview(data)[: head_length(data)]
    if bytes(view[: len(MAGIC)]) != MAGIC:
        first = frame.unpack(view[_FORMER.size :])
        return EntryHead(first.kind, first.epoch, bytes(first.payload))
    begin, end = view[: -_CHECKSUM.size], view[-_CHECKSUM.size :]
    if len(view) < head_length(data) or bytes(end) != _CHECKSUM.pack(xxhash.xxh3_64_intdigest(begin)):
        raise DamagedError("the head of a stored entry is damaged; it is computed anew")
    _, _, kind_bytes, _, _, _, epoch = _FIELDS.unpack_from(begin)
    key_start = _FIELDS.size + int(kind_bytes)
    return EntryHead(str(begin[_FIELDS.size : key_start], "ascii"), int(epoch), bytes(begin[key_start:]))


def unpack(data: bytes, find: FindDictionary | None = None) -> tuple[EntryHead, bytes]:
    """The whole entry. Raises `DamagedError` when any byte is not what was written, and what `find` raises."""
    head, body = check(data)
    if body.codec == frame.CODEC_RAW:
        return head, bytes(body.payload)
    name = dictionary_name(head, body)
    if body.codec != frame.CODEC_ZSTD and (name is None or find is None):
        raise DamagedError(f"a stored entry has the unknown codec {body.codec}; it is computed anew")
    dictionary = None if name is None or find is None else find(name).data
    try:
        if dictionary is not None:
            return head, zstandard.ZstdDecompressor(dict_data=dictionary).decompress(body.payload[DIGEST_BYTES:])
        return head, zstandard.ZstdDecompressor().decompress(body.payload)
    except zstandard.ZstdError as error:
        if is_shortage(error):
            raise MemoryError(f"a stored entry could not be decompressed: {error}") from error
        raise DamagedError(f"a stored entry cannot be decompressed ({error}); it is computed anew") from error


def check(data: bytes) -> tuple[EntryHead, frame.Frame]:
    """As `unpack`, without decompressing: verifies every byte and copies none of the payload."""
    head, start = read_head(data), head_length(data)
    view = memoryview(data)
    if bytes(view[: len(MAGIC)]) == MAGIC:
        return head, _body(head, view, start)
    body = frame.unpack(view[start:])
    if (body.kind, body.epoch) != (head.kind, head.epoch):
        raise DamagedError("a stored entry is put together from two; it is computed anew")
    return head, body


def _body(head: EntryHead, view: memoryview, start: int) -> frame.Frame:
    """What is stored behind a head that is whole. Raises `DamagedError`."""
    _, codec, _, _, _, length, _ = _FIELDS.unpack_from(view)
    (seed,) = _CHECKSUM.unpack_from(view, start - _CHECKSUM.size)
    payload = view[start + _CHECKSUM.size :]
    stated = bytes(view[start : start + _CHECKSUM.size])
    if len(payload) != length or stated != _CHECKSUM.pack(xxhash.xxh3_64_intdigest(payload, seed)):
        raise DamagedError("what is stored of an entry is damaged; it is computed anew")
    return frame.Frame(head.kind, int(codec), head.epoch, payload)


def belongs(head: EntryHead, name: str) -> bool:
    """Whether an entry with that head was written under that name."""
    return name == f"{head.kind}.{head.epoch}.{digest(head.key)}"
