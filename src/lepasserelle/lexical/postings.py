"""Lists of ascending file numbers as bytes: distances as variable-length numbers, or one bit a file where that is no longer.

Many lists at a time, in arrays (one: `listed`). A list is a bitmap exactly when it is as long as a bitmap of all files is, so that
nothing has to say which of the two it is. Not here: whose lists they are. Invariant: what is packed is unpacked the same.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Files = NDArray[np.int64]
_BITS: Final = 7
_MORE: Final = 1 << _BITS
_MOST_BYTES: Final = 5
"""Of a distance below 2^35."""


class Packed(NamedTuple):
    """Lists one behind the other."""

    data: NDArray[np.uint8]
    lengths: NDArray[np.int64]
    """Bytes of each list."""


def bitmap_bytes(file_count: int) -> int:
    """Length of a bitmap."""
    return (file_count + 7) // 8


def pack(files: Files, starts: Files, file_count: int) -> Packed:
    """Lists that begin at `starts` in `files`, none of them empty."""
    distances = np.diff(files, prepend=0)
    distances[starts] = files[starts]
    widths = np.ones(len(files), np.int64)
    for more in range(1, _MOST_BYTES):
        widths += distances >= 1 << (_BITS * more)
    lengths = np.add.reduceat(widths, starts) if len(starts) else np.zeros(0, np.int64)
    is_dense = lengths >= bitmap_bytes(file_count)
    if not is_dense.any():
        return Packed(_numbers(distances, widths), lengths)
    owner = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(files)))
    in_dense = is_dense[owner]
    lengths[is_dense] = bitmap_bytes(file_count)
    bits = np.zeros((int(is_dense.sum()), bitmap_bytes(file_count) * 8), np.bool_)
    bits[(np.cumsum(is_dense) - 1)[owner[in_dense]], files[in_dense]] = True
    data = np.empty(int(lengths.sum()), np.uint8)
    of_bitmap = np.repeat(is_dense, lengths)
    data[of_bitmap] = np.packbits(bits, axis=1).ravel()
    data[~of_bitmap] = _numbers(distances[~in_dense], widths[~in_dense])
    return Packed(data, lengths)


def unpack(data: NDArray[np.uint8], lengths: Files, file_count: int) -> tuple[Files, NDArray[np.int64]]:
    """(the files of these lists one behind the other, how many each has). As `pack` had them."""
    dense_length = bitmap_bytes(file_count)
    is_dense = lengths == dense_length
    if not is_dense.any():
        return _unpack_numbers(data, lengths)
    of_bitmap = np.repeat(is_dense, lengths)
    bits = np.unpackbits(data[of_bitmap].reshape(-1, dense_length), axis=1)
    _, dense_files = np.nonzero(bits)
    sparse_files, sparse_counts = _unpack_numbers(data[~of_bitmap], lengths[~is_dense])
    counts = np.empty(len(lengths), np.int64)
    counts[is_dense], counts[~is_dense] = bits.sum(axis=1, dtype=np.int64), sparse_counts
    files = np.empty(int(counts.sum()), np.int64)
    in_dense = np.repeat(is_dense, counts)
    files[in_dense], files[~in_dense] = dense_files, sparse_files
    return files, counts


def _numbers(distances: Files, widths: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Seven bits a byte, the lowest ones first; all but the last byte of a number have their highest bit set."""
    ends = np.cumsum(widths)
    data = np.empty(int(ends[-1]) if len(ends) else 0, np.uint8)
    begin = ends - widths
    for place in range(int(widths.max(initial=0))):
        has = np.flatnonzero(widths > place) if place else slice(None)
        part = (distances[has] >> (_BITS * place)) & (_MORE - 1)
        data[begin[has] + place] = part | np.where(widths[has] > place + 1, _MORE, 0)
    return data


def _values(data: NDArray[np.uint8]) -> Files:
    is_last = data < _MORE
    if is_last.all():
        return data.astype(np.int64)
    ends = np.flatnonzero(is_last)
    begin = np.concatenate(([0], ends[:-1] + 1))
    widths = ends - begin + 1
    values = (data[begin] & (_MORE - 1)).astype(np.int64)
    for place in range(1, int(widths.max(initial=0))):
        has = np.flatnonzero(widths > place)
        values[has] |= (data[begin[has] + place] & (_MORE - 1)).astype(np.int64) << (_BITS * place)
    return values


def _unpack_numbers(data: NDArray[np.uint8], lengths: Files) -> tuple[Files, NDArray[np.int64]]:
    if not len(lengths):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    byte_starts = np.cumsum(lengths) - lengths
    counts = np.add.reduceat((data < _MORE).astype(np.int64), byte_starts)
    files = np.cumsum(_values(data))
    starts = np.cumsum(counts) - counts
    before = np.concatenate(([0], files[starts[1:] - 1]))
    files -= np.repeat(before, counts)
    return files, counts
