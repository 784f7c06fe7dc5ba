"""The text segment: the indexed text of every file, one zstd frame each. Snippets and literal search read it, not the working tree.

Sections: `text.frames` (u8, the frames one behind the other), `text.offsets` (u64, files + 1), `text.sizes` (u64, bytes of each
file's text). A file's number is its place in the generation, ordered by path bytes. Not here: paths, lines, encodings.
"""

import threading
from collections.abc import Callable, Iterable, Iterator

import zstandard

from lepasserelle.durable.shortage import is_shortage
from lepasserelle.errors import DamagedError
from lepasserelle.model import Sections, Views
from lepasserelle.storage.records import IndexedFile

_LEVEL = 3
_MOST_BYTES = 1 << 31


class _Unpackers(threading.local):
    """One for each thread, since making one costs a third of what unpacking a file does, and none may be shared (220)."""

    def __init__(self) -> None:
        self.own = zstandard.ZstdDecompressor()


class _Packers(threading.local):
    def __init__(self) -> None:
        self.own = zstandard.ZstdCompressor(level=_LEVEL)


_PACKERS, _UNPACKERS = _Packers(), _Unpackers()


def pack_text(data: bytes) -> bytes:
    """A file's bytes as the zstd frame that `ParsedFile.text` holds; its size stands in the frame. Deterministic."""
    return _PACKERS.own.compress(data)


def unpack_text(frame: bytes | memoryview) -> bytes:
    """What `pack_text` packed. Raises `DamagedError`."""
    try:
        return _UNPACKERS.own.decompress(frame)
    except zstandard.ZstdError as error:
        if is_shortage(error):
            raise MemoryError(f"a stored text could not be unpacked: {error}") from error
        raise DamagedError("a stored text cannot be unpacked. Run `leindex index` to rebuild the index") from error


def build_text(files: Callable[[], Iterator[tuple[IndexedFile, bytes]]]) -> Sections:
    """The sections for the zstd frames that `files()` gives, in the order of the generation.

    It is walked twice, so that no frame is held twice. Raises `DamagedError` for what is no frame.
    """
    import numpy as np

    lengths, sizes = [], []
    for file, frame in files():
        lengths.append(len(frame))
        sizes.append(_size(file, frame))
    offsets = np.zeros(len(lengths) + 1, np.uint64)
    np.cumsum(np.array(lengths, np.uint64), out=offsets[1:])
    frames = np.empty(int(offsets[-1]), np.uint8)
    end = 0
    for _, frame in files():
        start, end = end, end + len(frame)
        frames[start:end] = np.frombuffer(frame, np.uint8)
    return {"text.frames": frames, "text.offsets": offsets, "text.sizes": np.array(sizes, np.uint64)}


def splice_text(former: Sections, changed: Iterable[tuple[int, IndexedFile, bytes]]) -> Sections:
    """What `build_text` makes of the new frames, out of the former sections: `changed` gives number, file and frame of each that is
    another, in ascending order. Raises `DamagedError` for what is no frame.
    """
    import numpy as np

    frames, offsets, sizes = former["text.frames"], former["text.offsets"].astype(np.uint64), former["text.sizes"].copy()
    lengths = np.diff(offsets)
    parts, end = [], 0
    for number, file, frame in changed:
        sizes[number] = _size(file, frame)
        lengths[number] = len(frame)
        parts += [frames[end : int(offsets[number])], np.frombuffer(frame, np.uint8)]
        end = int(offsets[number + 1])
    offsets[1:] = np.cumsum(lengths)
    return {"text.frames": np.concatenate([*parts, frames[end:]]), "text.offsets": offsets, "text.sizes": sizes}


def _size(file: IndexedFile, frame: bytes) -> int:
    try:
        size = zstandard.frame_content_size(frame)
    except zstandard.ZstdError:
        size = -1
    if not 0 <= size <= _MOST_BYTES:
        raise DamagedError(
            f"the stored text of {file.path} is no zstd frame that says its size. Run `leindex index` to read it again"
        )
    return size


class TextStore:
    """Reads the text of files out of the sections of a text segment. Keeps nothing, so threads may share it."""

    def __init__(self, sections: Sections | Views) -> None:
        try:
            self._frames = memoryview(sections["text.frames"])  # type: ignore[arg-type]
            self._offsets = memoryview(sections["text.offsets"])  # type: ignore[arg-type]
            self._sizes = memoryview(sections["text.sizes"])  # type: ignore[arg-type]
        except KeyError as error:
            raise DamagedError(f"the text segment has no section {error}. Run `leindex index` to rebuild the index") from error

    @property
    def file_count(self) -> int:
        """How many files there are."""
        return len(self._sizes)

    def size_bytes(self, file_index: int) -> int:
        """Length of a file's text. Raises `IndexError` when there is no such file."""
        self._check(file_index)
        return self._sizes[file_index]

    def read(self, file_index: int) -> bytes:
        """The whole text of a file. Raises `IndexError` when there is none, `DamagedError` when it is not what was stored."""
        self._check(file_index)
        start, end = self._offsets[file_index], self._offsets[file_index + 1]
        data = unpack_text(self._frames[start:end])
        if len(data) != self._sizes[file_index]:
            raise DamagedError("a stored text has another length than it had. Run `leindex index` to rebuild the index")
        return data

    def slice(self, file_index: int, start_byte: int, end_byte: int) -> bytes:
        """Bytes [start_byte, end_byte) of a file's text. Raises as `read` does, and `ValueError` for a range outside the text."""
        data = self.read(file_index)
        if not 0 <= start_byte <= end_byte <= len(data):
            raise ValueError(f"bytes {start_byte} to {end_byte} of a text of {len(data)}")
        return data[start_byte:end_byte]

    def _check(self, file_index: int) -> None:
        if not 0 <= file_index < self.file_count:
            raise IndexError(f"file {file_index} of {self.file_count}")
