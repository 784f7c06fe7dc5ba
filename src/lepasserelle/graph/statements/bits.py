"""Sets of small numbers as bits of one integer: the numbers in a set."""

from collections.abc import Iterable
from typing import Final

import numpy as np

_LONG: Final = 2_048
"""From so many bits on numpy takes them apart: lowest bit by lowest bit costs the square of their number."""


def numbers(mask: int) -> list[int]:
    """The set bits, ascending."""
    if mask.bit_length() > _LONG:
        packed = np.frombuffer(mask.to_bytes((mask.bit_length() + 7) // 8, "little"), np.uint8)
        found: list[int] = np.flatnonzero(np.unpackbits(packed, bitorder="little")).tolist()
        return found
    some = []
    while mask:
        low = mask & -mask
        some.append(low.bit_length() - 1)
        mask ^= low
    return some


def mask_of(members: list[int]) -> int:
    """The set of some numbers."""
    if not members or max(members) <= _LONG:
        mask = 0
        for number in members:
            mask |= 1 << number
        return mask
    flags = np.zeros(max(members) + 1, np.uint8)
    flags[members] = 1
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def mask_or(masks: Iterable[int]) -> int:
    """All of them in one."""
    found = 0
    for mask in masks:
        found |= mask
    return found
