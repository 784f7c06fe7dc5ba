"""Edges as they are found: one row for each place that states a relation. `freeze.py` makes one edge of equal ones.

A target is a node, `OUTER | string` for something outside the project, or `SET | set` for a candidate set.
"""

from array import array
from collections.abc import Sequence
from typing import Final

from lepasserelle.model import EdgeKind

OUTER: Final = 1 << 32
SET: Final = 2 << 32
_LOW: Final = 0xFFFF_FFFF
_CALLS: Final = int(EdgeKind.CALLS)

Relation = tuple[int, int, int]
"""(edge kind, target, reason) that one place states."""


class EdgeSink:
    """Collects places, 18 bytes each, in parallel columns."""

    def __init__(self) -> None:
        self.source = array("I")
        self.kind = bytearray()
        self.reason = bytearray()
        self.target = array("Q")
        self.line = array("I")
        self.set_members: list[tuple[int, ...]] = []
        self.set_names: list[int] = []
        self._sets: dict[tuple[int, tuple[int, ...]], int] = {}

    def add(self, sources: Sequence[int], lines: Sequence[int], stated: Sequence[list[Relation]]) -> None:
        """Places, one for each source, line and list of all that is stated there."""
        self.source.extend([source for source, relations in zip(sources, stated, strict=True) for _ in relations])
        self.line.extend([line for line, relations in zip(lines, stated, strict=True) for _ in relations])
        found = [relation for relations in stated for relation in relations]
        self.kind.extend([kind for kind, _, _ in found])
        self.target.extend([target for _, target, _ in found])
        self.reason.extend([reason for _, _, reason in found])

    def candidates(self, name: int, members: tuple[int, ...]) -> int:
        """The target that stands for a set of nodes and outer names; equal sets under one name are one."""
        key = (name, members)
        number = self._sets.get(key)
        if number is None:
            number = self._sets[key] = len(self.set_members)
            self.set_members.append(members)
            self.set_names.append(name)
        return SET | number

    def rewind(self, places: int, sets: int) -> None:
        """Forget all but the first so many places and sets."""
        for column in (self.source, self.kind, self.reason, self.target, self.line):
            del column[places:]
        for name, members in zip(self.set_names[sets:], self.set_members[sets:], strict=True):
            del self._sets[name, members]
        del self.set_names[sets:], self.set_members[sets:]


def is_outer(target: int) -> bool:
    """Whether the target is outside the project."""
    return target >> 32 == 1


def low(target: int) -> int:
    """The node, string or set behind a target."""
    return target & _LOW


def is_all_outside(relations: list[Relation]) -> bool:
    """Whether a place is only said to call what lies outside: then nothing but what is named before it says that it uses a type."""
    return bool(relations) and all(kind == _CALLS and OUTER <= target < SET for kind, target, _ in relations)
