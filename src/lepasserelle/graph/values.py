"""What an expression can be, packed in one integer: no object per value, cheap to compare and to keep in sets.

    bits 0–2 tag · 3–34 number (a node, a string for what is outside, an entry of `Contents`) · 35–66 receiver class + 1, or 0

The receiver rides along with a function that was taken from an instance, so that `return self` gives that instance back.
"""

from typing import Final

from lepasserelle.graph.layout import Reason

OBJECT: Final = 0
"""The thing itself that a node defines: a class, a function, a module, a variable."""
INSTANCE: Final = 1
"""An instance of the class that the node defines."""
OUTSIDE: Final = 2
"""Something outside the project, by the name under which the code reaches it."""
OUTSIDE_INSTANCE: Final = 3
"""An instance of something outside (`<str>`)."""
MEMBER_OUTSIDE: Final = 0
"""In place of a receiver: what is outside is a member of a class or an instance there, and what that holds nothing tells."""
PARENT: Final = 4
"""`super()` in a method of the class."""
PREFIX: Final = 5
"""The beginning of module names that is no module itself (a namespace package)."""
CONTENT: Final = 6
"""Something that holds values: the number is that of an entry in `Contents`."""

Value = int
Result = tuple[tuple[Value, ...], int]
"""The possible values, and the weakest `Reason` on the way to them. No values: unknown."""

UNKNOWN: Final[Result] = ((), 0)
MOST_VALUES: Final = 8
"""An expression with more possible values than this is taken as unknown."""
MOST_OF_TABLE: Final = 64
"""Functions in a table that are followed to its calls."""


def pack(tag: int, number: int, receiver: int = -1) -> Value:
    """One value. `receiver` is the class of the instance it was taken from, -1 for none."""
    return tag | number << 3 | (receiver + 1) << 35


def tag_of(value: Value) -> int:
    """`OBJECT`, `INSTANCE`, …"""
    return value & 7


def number_of(value: Value) -> int:
    """The node, or the string of what is outside."""
    return value >> 3 & 0xFFFF_FFFF


def receiver_of(value: Value) -> int:
    """The class of the instance that it was taken from, -1 for none."""
    return (value >> 35) - 1


def union(results: list[Result]) -> Result:
    """All values of several results, each once, in order; the weakest of the reasons of those that know something. Nothing where
    they are more than are followed, unless one of them is what a table holds.
    """
    values: dict[Value, None] = {}
    reason = 0
    for found, why in results:
        if found:
            reason = max(reason, why)
            for value in found:
                values[value] = None
    if len(values) <= MOST_VALUES:
        return tuple(values), reason
    return _of_table(values, reason) if any(len(found) > MOST_VALUES for found, _ in results) else UNKNOWN


def gathered(results: list[Result]) -> Result:
    """The same of what a table holds: tables have more values. Of one with more than that the first, none of them asserted."""
    return _of_table(
        {value: None for found, _ in results for value in found}, max([why for found, why in results if found], default=0)
    )


def _of_table(values: dict[Value, None], reason: int) -> Result:
    return tuple(values)[:MOST_OF_TABLE], reason if len(values) <= MOST_OF_TABLE else max(reason, Reason.BOUNDED)
