"""How a definition can be called, and how a place calls it, each packed in one integer.

    of a definition   bit 0 known · 1 closed · 2 kinds stand for labels · 8–15 least arguments · 16–23 most (255: any
                      number) · 24–39 labels that it takes · 40–55 labels that it needs, as sets of `label_bit`s
    of a call         bits 0–6 number of arguments · 7 closures behind the list are among them, and fill parameters of any label ·
                      8–23 labels · 24 makes an instance · 25 the number is known · 26 kinds stand for labels

Where arguments have no labels, the first four parameters say in their place of which `Kind` they are (24–39, four bits each), and
the first four arguments of which literal they are (8–23): 0 for what is none of these.

Labels are sets of 16 bits, so that two of them may be taken for each other: then a call fits two definitions, never none.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
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
OF_KINDS: Final = 1 << 2
WITH_KINDS: Final = 1 << 26
MOST_KINDS: Final = 4
_LABELS: Final = 0xFFFF


class Kind(IntEnum):
    """Types that literals have, and those that are declared by a word of the language."""

    STRING = 1
    INT = 2
    LONG = 3
    FLOAT = 4
    DOUBLE = 5
    BOOL = 6
    CHAR = 7
    SHORT = 8
    """Whole numbers shorter than those that literals are."""


_NUMBERS: Final = frozenset({Kind.INT, Kind.LONG, Kind.FLOAT, Kind.DOUBLE})
_TAKEN: Final = {
    Kind.STRING: frozenset({Kind.STRING}),
    Kind.INT: _NUMBERS | {Kind.SHORT},
    Kind.LONG: _NUMBERS - {Kind.INT},
    Kind.FLOAT: frozenset({Kind.FLOAT, Kind.DOUBLE}),
    Kind.DOUBLE: frozenset({Kind.DOUBLE}),
    Kind.BOOL: frozenset({Kind.BOOL}),
    Kind.CHAR: _NUMBERS | {Kind.CHAR},
}
"""By kind of a literal those of parameters that it can be given to, in the most liberal of the languages."""


def label_bit(label: str) -> int:
    """The bit that stands for an argument's label; 0 for none."""
    return 1 << (crc32(label.encode()) & 15) if label and label != "_" else 0


def labels_of(labels: Iterable[str]) -> int:
    """The set of labels of a call, in its place."""
    found = 0
    for label in labels:
        found |= label_bit(label)
    return found << 8


_SAME: Final = 9


def kinds_of(kinds: Sequence[int]) -> int:
    """Kinds of the first arguments or parameters, side by side."""
    return sum(kind << 4 * at for at, kind in enumerate(kinds[:MOST_KINDS]))


def _kinds(packed: int) -> list[int]:
    return [packed >> 4 * at & 15 for at in range(MOST_KINDS)]


def _is_taken(calling: int, call: int) -> bool:
    """Whether no literal is given to a parameter that cannot take it."""
    pairs = zip(_kinds(call >> 8), _kinds(calling >> 24), strict=True)
    return all(not given or not taken or taken in _TAKEN[Kind(given)] for given, taken in pairs)


def closeness(calling: int, call: int) -> tuple[int, ...] | None:
    """How near the type of each parameter is to the literal that it is given, by conversions that the languages prefer: the same
    type, a shorter one, wider ones, one that no table names. None unless every argument is a literal.
    """
    given = _kinds(call >> 8)
    count = call & MOST_COUNTED
    if not call & WITH_KINDS or count > MOST_KINDS or not all(given[:count]):
        return None
    taken = _kinds(calling >> 24) if calling & OF_KINDS else [0] * MOST_KINDS
    return tuple([_nearness(own, other) for own, other in zip(given[:count], taken, strict=False)])


def _nearness(given: int, taken: int) -> int:
    if not taken:
        return 0
    return _SAME if given == taken else _SAME - 1 if taken == Kind.SHORT else Kind.SHORT - taken


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
    if call & WITH_KINDS or calling & OF_KINDS:
        return not (call & WITH_KINDS and calling & OF_KINDS) or _is_taken(calling, call)
    if call & TRAILING:
        return not (call >> 8 & _LABELS) & ~(calling >> 24)
    given = call >> 8 & _LABELS
    return not given & ~(calling >> 24) and not (calling >> 40 & _LABELS) & ~given


def alike(calling: int, other: int) -> bool:
    """Whether one definition can stand in for the other: some number of arguments fits both, with labels that both take, and no
    parameter is of two known kinds.
    """
    if not calling & other & KNOWN:
        return True
    overlap = (calling >> 8 & 255) <= (other >> 16 & 255) and (other >> 8 & 255) <= (calling >> 16 & 255)
    if calling & other & OF_KINDS:
        pairs = zip(_kinds(calling >> 24), _kinds(other >> 24), strict=True)
        return overlap and all(not mine or not its or mine == its for mine, its in pairs)
    return overlap and calling >> 40 & _LABELS == other >> 40 & _LABELS
