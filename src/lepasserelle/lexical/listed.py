"""One packed list of ascending file numbers, read without numpy: `postings` packs and unpacks many of them at once.

Invariant: says what `postings.unpack` says of the list.
"""

from itertools import accumulate
from typing import Final

_BITS: Final = 7
_MORE: Final = 1 << _BITS


def kept_in(data: bytes, file_count: int, among: set[int] | None = None) -> set[int]:
    """Those of `among` that the list holds; None: all that it holds."""
    if len(data) == (file_count + 7) // 8:
        if among is None:
            bits = f"{int.from_bytes(data, 'big'):0{8 * len(data)}b}"
            return {file for file in range(file_count) if bits[file] == "1"}
        return {file for file in among if data[file >> 3] & (0x80 >> (file & 7))}
    files = set(accumulate(data if data.isascii() else _distances(data)))
    return files if among is None else files & among


def _distances(data: bytes) -> list[int]:
    found, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & (_MORE - 1)) << shift
        if byte & _MORE:
            shift += _BITS
        else:
            found.append(value)
            value = shift = 0
    return found
