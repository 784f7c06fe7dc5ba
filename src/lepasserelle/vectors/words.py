"""The directions of words that we trained, as they lie in the package: one file, mapped, of which a question reads a few pages.

Not an encoder: it knows words, not bags. Made by `training/`, read here. A frame (`durable.frame`) of kind `words`, whose epoch is
the version of the table; its payload, each part at a multiple of 8 bytes, little-endian:

    u32 words, u32 dimensions, u32 bytes of all words, u32 buckets
    u32 × (words + 1)            where each word begins, and the end
    u8 × bytes of all words      the words in UTF-8, ascending
    f32 × words                  what a component's unit is worth
    i8 × words × dimensions      components
    f32 × buckets                the same of the buckets that letters of other words fall into (`letters`)
    i8 × buckets × dimensions    their components

Invariant: read-only, and checked to the last byte before the first answer.
"""

import mmap
import struct
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.durable import frame
from lepasserelle.errors import DamagedError, ModelError
from lepasserelle.memory import pages
from lepasserelle.terms import Vocabulary

KIND: Final = "words"
WORDS_VERSION: Final = 5
"""Of the table in the package. To be raised with every new table, here and in `ingest.features`: an index that another one made
is made anew.
"""
PATH: Final = Path(__file__).parent / "words.table"
_HEAD: Final = struct.Struct("<IIII")
_ALIGNMENT: Final = 8

Floats = NDArray[np.float32]


class Words:
    """The table in a mapped file."""

    def __init__(self, path: Path) -> None:
        """Maps the file. Raises `ModelError` when it is not whole, or not there."""
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise _unreadable(path, "it is empty" if isinstance(error, ValueError) else str(error.strerror)) from error
        self.path = path
        self.file_bytes = len(self._map)
        found = _checked(self._map, path)
        count, dimensions, size, buckets = _HEAD.unpack_from(found.payload)
        self.dimensions: int = dimensions
        parts = _Parts(found.payload, _HEAD.size)
        offsets = parts.next("<u4", count + 1)
        self._blob = parts.next("u1", size)
        self._scales = parts.next("<f4", count)
        self._table = parts.next("i1", count * self.dimensions).reshape(count, self.dimensions)
        self.buckets: int = buckets
        self._bucket_scales = parts.next("<f4", buckets)
        self._buckets = parts.next("i1", buckets * self.dimensions).reshape(buckets, self.dimensions)
        self._vocabulary = Vocabulary(self._blob, offsets)
        self._offsets = offsets
        self.version = found.epoch
        pages.give_back(self._map)

    def __len__(self) -> int:
        return len(self._scales)

    def find(self, word: str) -> int | None:
        """The word's number, or None. Reads some pages: for a question."""
        return self._vocabulary.find(word)

    def find_all(self, words: Sequence[str]) -> NDArray[np.int32]:
        """The numbers of many words, −1 where there is none. Reads all of the vocabulary: for an index."""
        text = self._blob.tobytes()
        asked: dict[bytes, int] = {word.encode("utf-8", "replace"): -1 for word in words}
        for number, (start, end) in enumerate(pairwise(self._offsets.tolist())):
            if (word := text[start:end]) in asked:
                asked[word] = number
        return np.array([asked[word.encode("utf-8", "replace")] for word in words], dtype=np.int32)

    def spelled(self) -> tuple[str, ...]:
        """All words, by number. Reads all of the vocabulary: for training that goes on from this table."""
        text = self._blob.tobytes()
        return tuple(text[start:end].decode() for start, end in pairwise(self._offsets.tolist()))

    def directions(self, numbers: NDArray[np.integer]) -> Floats:
        """The directions of the words with these numbers, as long as the word is telling. Shape (numbers, dimensions)."""
        return np.asarray(self._table[numbers].astype(np.float32) * self._scales[numbers, None], dtype=np.float32)

    def of_buckets(self, numbers: NDArray[np.integer]) -> Floats:
        """The directions of these buckets, shape (numbers, dimensions)."""
        return np.asarray(self._buckets[numbers].astype(np.float32) * self._bucket_scales[numbers, None], dtype=np.float32)

    def resident_bytes(self) -> int:
        """How much of the file this process holds now; all of it where the system does not tell."""
        found = pages.resident_bytes(self._map)
        return self.file_bytes if found is None else found

    def give_back(self) -> None:
        """Let go of its pages; a later question brings back those that it reads."""
        pages.give_back(self._map)


class _Parts:
    """Arrays one behind the other."""

    def __init__(self, payload: memoryview, at: int) -> None:
        self._payload = payload
        self._at = at

    def next(self, kind: str, count: int) -> NDArray[Any]:
        found = np.frombuffer(self._payload, dtype=kind, count=count, offset=self._at)
        self._at += found.nbytes + -found.nbytes % _ALIGNMENT
        return found


def _checked(mapped: mmap.mmap, path: Path) -> frame.Frame:
    try:
        found = frame.unpack(memoryview(mapped))
    except DamagedError as error:
        raise _unreadable(path, str(error).partition(";")[0].replace("a frame's", "its")) from error
    if found.kind != KIND or len(found.payload) < _HEAD.size:
        raise _unreadable(path, f"its kind is {found.kind!r}, not {KIND!r}")
    return found


def _unreadable(path: Path, why: str) -> ModelError:
    return ModelError(
        "the model of words cannot be read: install lepasserelle again, or set `encoder_dir` to a model of your own. "
        f"{path.name}: {why}; no index is damaged ({path})"
    )


@cache
def shipped() -> Words:
    """The table of the package, opened once a process. Raises `ModelError`."""
    found = Words(PATH)
    if found.version != WORDS_VERSION:
        raise _unreadable(PATH, f"its version is {found.version}, not {WORDS_VERSION}")
    return found


def pack(words: Sequence[str], table: Floats, version: int, buckets: Floats | None = None) -> bytes:
    """The file of a table whose row i is the direction of `words[i]`; the words ascend by their UTF-8 bytes, each once. `buckets`:
    a direction a row, none if not given.
    """
    encoded = [word.encode() for word in words]
    if encoded != sorted(set(encoded)):
        raise ValueError("words must be distinct and ascend by their UTF-8 bytes")
    offsets = np.zeros(len(encoded) + 1, dtype="<u4")
    np.cumsum([len(word) for word in encoded], out=offsets[1:])
    buckets = np.zeros((0, table.shape[1]), dtype=np.float32) if buckets is None else buckets
    parts = [_HEAD.pack(len(words), table.shape[1], int(offsets[-1]), len(buckets))]
    for part in (offsets.tobytes(), b"".join(encoded), *_rounded(table), *_rounded(buckets)):
        parts += [part, bytes(-len(part) % _ALIGNMENT)]
    return frame.pack(KIND, b"".join(parts), epoch=version)


def _rounded(directions: Floats) -> tuple[bytes, bytes]:
    """(what a component's unit is worth in each row, components)."""
    most = np.abs(directions).max(axis=1, initial=0.0)
    scales = (np.maximum(most, np.float32(1e-12)) / 127).astype("<f4")
    return scales.tobytes(), np.rint(directions / scales[:, None]).astype(np.int8).tobytes()
