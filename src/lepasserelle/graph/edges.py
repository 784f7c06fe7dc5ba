"""Edges as they are found: one row for each (source, kind, target), with all its lines and its strongest reason.

A target is a node, `OUTER | string` for something outside the project, or `SET | set` for a candidate set. A source's edges all
come from the file that it stands in, so that rows are complete when a file ends.
"""

from array import array
from typing import Final

OUTER: Final = 1 << 32
SET: Final = 2 << 32
_LOW: Final = 0xFFFF_FFFF


class EdgeSink:
    """Collects the edges of one file after the other."""

    def __init__(self) -> None:
        self.source = array("I")
        self.kind = bytearray()
        self.reason = bytearray()
        self.target = array("Q")
        self.site_count = array("I")
        self.lines = array("I")
        self.set_members: list[tuple[int, ...]] = []
        self.set_names: list[int] = []
        self._sets: dict[tuple[int, tuple[int, ...]], int] = {}
        self._open: dict[tuple[int, int, int], list[int]] = {}

    def add(self, source: int, kind: int, target: int, reason: int, line: int) -> None:
        """One place that states a relation."""
        key = (source, kind, target)
        row = self._open.get(key)
        if row is None:
            self._open[key] = [reason, line]
            return
        if reason < row[0]:
            row[0] = reason
        row.append(line)

    def candidates(self, name: int, members: tuple[int, ...]) -> int:
        """The target that stands for a set of nodes and outer names; equal sets under one name are one."""
        key = (name, members)
        number = self._sets.get(key)
        if number is None:
            number = self._sets[key] = len(self.set_members)
            self.set_members.append(members)
            self.set_names.append(name)
        return SET | number

    def close_file(self) -> None:
        """Move the finished rows into the arrays."""
        for (source, kind, target), row in self._open.items():
            self.source.append(source)
            self.kind.append(kind)
            self.reason.append(row[0])
            self.target.append(target)
            lines = row[1:] if len(row) == 2 else sorted(set(row[1:]))
            self.site_count.append(len(lines))
            self.lines.extend(lines)
        self._open.clear()


def is_outer(target: int) -> bool:
    """Whether the target is outside the project."""
    return target >> 32 == 1


def is_set(target: int) -> bool:
    """Whether the target is a candidate set."""
    return target >> 32 == 2


def low(target: int) -> int:
    """The node, string or set behind a target."""
    return target & _LOW
