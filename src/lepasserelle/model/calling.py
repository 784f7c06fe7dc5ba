"""How a definition can be called, and how a place calls it, each packed in one integer.

    of a definition   bit 0 known · 1 closed · 2 kinds stand for labels · 3 the first parameter is left out: what it is called on
                      unless that is its class (C#) · 4 in a block for a trait (Rust) · 5 another name of a type · 6 private ·
                      8–15 least arguments · 16–23 most (255: any number) · 24–39 labels that it takes · 40–55 labels that it
                      needs, as sets of `label_bit`s · 56–61 parameters that take something else than the type that is written
                      for them (the last: and all behind it) · 62 what it gives is something else, too
    of a call         bits 0–6 number of arguments · 7 closures behind the list are among them, and fill parameters of any label ·
                      8–23 labels · 28 makes an instance · 29 the number is known · 30 kinds stand for labels

Where arguments have no labels, the first four parameters say in their place which `Type` they take (24–43, five bits each), and the
first four arguments which literal they are (8–27, `Given`): 0 for what is none of these.

Labels are sets of 16 bits, so that two of them may be taken for each other: then a call fits two definitions, never none.
"""

from collections.abc import Iterable, Sequence
from typing import Final
from zlib import crc32

from lepasserelle.model.literal_types import are_alike, is_taken, nearness

KNOWN: Final = 1
CLOSED: Final = 2
"""Nothing below can stand in for it: private, final, static, or not opened where the language asks for that."""
EXTENDS: Final = 1 << 3
OF_TRAIT: Final = 1 << 4
"""Of a method in a block that implements a trait (Rust): one of the type's own hides it."""
ALIAS: Final = 1 << 5
"""Of a definition that is another name of a type: it stands for what it is given, as a variable does."""
PRIVATE: Final = 1 << 6
"""Nothing but its own file calls it, or in C# what else its type has in other files."""
_OTHERWISE: Final = 56
_MOST_OTHERWISE: Final = 6
GIVES_OTHERWISE: Final = 1 << 62
"""What a function gives is nullable or wrapped, which its type does not say."""
ANY_NUMBER: Final = 255
MOST_COUNTED: Final = 127
TRAILING: Final = 1 << 7
MAKES: Final = 1 << 28
COUNTED: Final = 1 << 29
OF_KINDS: Final = 1 << 2
WITH_KINDS: Final = 1 << 30
MOST_KINDS: Final = 4
_KIND_BITS: Final = 5
_LABELS: Final = 0xFFFF
_OF_CALL: Final = 0xFFFF_FFFF
LISTED: Final = 32
"""Where a reference says, behind what its call gives, which list of arguments that is (`FileFacts.arguments`)."""


def label_bit(label: str) -> int:
    """The bit that stands for an argument's label; 0 for none."""
    return 1 << (crc32(label.encode()) & 15) if label and label != "_" else 0


def labels_of(labels: Iterable[str]) -> int:
    """The set of labels of a call, in its place."""
    found = 0
    for label in labels:
        found |= label_bit(label)
    return found << 8


def kinds_of(kinds: Sequence[int]) -> int:
    """Kinds of the first arguments or parameters, side by side."""
    return sum(kind << _KIND_BITS * at for at, kind in enumerate(kinds[:MOST_KINDS]))


def _kinds(packed: int) -> list[int]:
    return [packed >> _KIND_BITS * at & (1 << _KIND_BITS) - 1 for at in range(MOST_KINDS)]


def kind_at(call: int, at: int) -> int:
    """Which literal a call gives in a place; 0 for none."""
    return call >> 8 + _KIND_BITS * at & (1 << _KIND_BITS) - 1 if call & WITH_KINDS else 0


def kind_taken(calling: int, at: int) -> int:
    """The type of a parameter where literals have it; 0 for every other one."""
    return calling >> 24 + _KIND_BITS * at & (1 << _KIND_BITS) - 1 if calling & OF_KINDS else 0


def _is_taken(calling: int, call: int) -> bool:
    """Whether no literal is given to a parameter that cannot take it."""
    return all(map(is_taken, _kinds(call >> 8), _kinds(calling >> 24)))


def closeness(calling: int, call: int) -> tuple[int, ...] | None:
    """How near the type of each parameter is to the literal that it is given, by the conversions of its language. None unless every
    argument is a literal.
    """
    given = _kinds(call >> 8)
    count = call & MOST_COUNTED
    if not call & WITH_KINDS or count > MOST_KINDS or not all(given[:count]):
        return None
    taken = _kinds(calling >> 24) if calling & OF_KINDS else [0] * MOST_KINDS
    return tuple([nearness(own, other) for own, other in zip(given[:count], taken, strict=False)])


def call(arity: int, given: int) -> int:
    """A call of that many arguments (-1: without a list, or unknown) with what else it gives; -1 when the number is not known."""
    given &= _OF_CALL
    return min(max(arity, 0) + (given & MOST_COUNTED), MOST_COUNTED) | given & ~MOST_COUNTED if given & COUNTED else -1


def without_first(call: int) -> int:
    """The call without its first argument."""
    if call < 0 or not call & MOST_COUNTED:
        return -1
    kinds = call >> 8 & (1 << _KIND_BITS * MOST_KINDS) - 1
    return call - 1 - (kinds << 8) + (kinds >> _KIND_BITS << 8)


def otherwise(places: Iterable[int]) -> int:
    """Parameters whose type is not all that says what they take: nullable, wrapped, by reference, an array by its name."""
    found = 0
    for place in places:
        found |= 1 << _OTHERWISE + min(place, _MOST_OTHERWISE - 1)
    return found


def is_otherwise(calling: int, place: int) -> bool:
    """Whether a parameter takes something else than the type that is written for it."""
    return bool(calling >> _OTHERWISE + min(place, _MOST_OTHERWISE - 1) & 1)


def without_otherwise(calling: int) -> int:
    """What a definition takes, as far as it is written."""
    return calling & (1 << _OTHERWISE) - 1


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
        return overlap and all(map(are_alike, _kinds(calling >> 24), _kinds(other >> 24)))
    return overlap and calling >> 40 & _LABELS == other >> 40 & _LABELS
