"""How a definition can be called, and how a place calls it, each packed in one integer.

    of a definition   bit 0 known · 1 closed · 8–15 least arguments · 16–23 most (255: any number) · 24–39 labels that it takes ·
                      40–55 labels that it needs, as sets of `label_bit`s
    of a call         bits 0–6 number of arguments · 7 closures behind the list are among them, and fill parameters of any label ·
                      8–23 labels · 24 makes an instance · 25 the number is known

Labels are sets of 16 bits, so that two of them may be taken for each other: then a call fits two definitions, never none.
"""

from collections.abc import Iterable
from typing import Final
from zlib import crc32

KNOWN: Final = 1
CLOSED: Final = 2
"""Nothing below can stand in for it: private, final, static, or not opened where the language asks for that."""
ANY_NUMBER: Final = 255
MOST_COUNTED: Final = 127
TRAILING: Final = 1 << 7
MAKES: Final = 1 << 24
COUNTED: Final = 1 << 25
_LABELS: Final = 0xFFFF


def label_bit(label: str) -> int:
    """The bit that stands for an argument's label; 0 for none."""
    return 1 << (crc32(label.encode()) & 15) if label and label != "_" else 0


def labels_of(labels: Iterable[str]) -> int:
    """The set of labels of a call, in its place."""
    found = 0
    for label in labels:
        found |= label_bit(label)
    return found << 8


def call(arity: int, given: int) -> int:
    """A call of that many arguments (-1: without a list, or unknown) with what else it gives; -1 when the number is not known."""
    return min(max(arity, 0) + (given & MOST_COUNTED), MOST_COUNTED) | given & ~MOST_COUNTED if given & COUNTED else -1


def takes(least: int, most: int, labels: int = 0, needed: int = 0) -> int:
    """What a definition takes."""
    return KNOWN | min(least, 254) << 8 | min(most, ANY_NUMBER) << 16 | labels << 24 | needed << 40


def fits(calling: int, call: int) -> bool:
    """Whether a call can enter a definition; also when one of the two is not known."""
    if call < 0 or not calling & KNOWN:
        return True
    count = call & 127
    if not (calling >> 8 & 255) <= count <= (calling >> 16 & 255) and (calling >> 16 & 255) != ANY_NUMBER:
        return False
    if count < (calling >> 8 & 255):
        return False
    if call & TRAILING:
        return not (call >> 8 & _LABELS) & ~(calling >> 24)
    given = call >> 8 & _LABELS
    return not given & ~(calling >> 24) and not (calling >> 40 & _LABELS) & ~given


def alike(calling: int, other: int) -> bool:
    """Whether one definition can stand in for the other: some number of arguments fits both, with labels that both take."""
    if not calling & other & KNOWN:
        return True
    overlap = (calling >> 8 & 255) <= (other >> 16 & 255) and (other >> 8 & 255) <= (calling >> 16 & 255)
    return overlap and calling >> 40 & _LABELS == other >> 40 & _LABELS
