"""What of a file's facts decides its edges: all but where things stand. Of its lines only their order counts.

Linking compares lines of one file with each other and never computes with them, so lines are replaced by their rank among all lines
that the facts name (a module begins on the first one and is never compared). Left out is what linking carries along unread: bytes,
last lines, signatures, documentation, complexity but for whether there is a branch. Without numpy: the parent of a run asks this,
and numpy takes longer to load.
"""

import sys
from array import array
from collections.abc import Iterable
from typing import Final, NamedTuple

import zstandard

from lepasserelle.model import FileFacts
from lepasserelle.model.values import ValueCode, ValueOp

_LINES_IN_ROWS: Final[dict[int, tuple[int, int]]] = {
    ValueOp.ATTRIBUTE: (3, 0),
    ValueOp.ITEM: (3, 0),
    ValueOp.PART: (3, 0),
    ValueOp.ITERATE: (2, 0),
    ValueOp.DISPLAY: (1, 3),
    ValueOp.ENTER: (2, 0),
    ValueOp.PROPERTY: (3, 0),
    ValueOp.ELEMENT: (3, 0),
    ValueOp.DECORATE: (3, 1),
    ValueOp.RAISE: (2, 0),
    ValueOp.RESULT: (2, 0),
    ValueOp.LOST: (1, 1),
}
"""Column that holds a line, and by how many bits it is shifted; by 1 it is a line only where the lowest bit is set."""

_LINES_IN_OPERANDS: Final[dict[int, tuple[int, int, int]]] = {
    ValueOp.CALL: (2, 0, 1),
    ValueOp.NEW: (2, 0, 1),
    ValueOp.OPERATE: (3, 1, 0),
    ValueOp.SET_ITEM: (2, 1, 0),
}
"""Column that says where the operands begin, which of them holds a line, and how it is shifted."""


class Essence(NamedTuple):
    """One file's facts without its places."""

    content: tuple[object, ...]
    """Equal for two versions of a file exactly when linking makes the same of them, but for lines."""
    lines: list[int]
    """The lines that stand behind the ranks, ascending."""


class _Places(NamedTuple):
    """Where lines stand within one column of value code, and by how many bits each is shifted."""

    column: "array[int]"
    shifts: dict[int, int]

    def lines(self) -> Iterable[int]:
        """The lines that stand there."""
        column = self.column
        return [column[at] >> shift for at, shift in self.shifts.items()]

    def put(self, rank: dict[int, int]) -> None:
        """Put their ranks in their places."""
        column = self.column
        for at, shift in self.shifts.items():
            value = column[at]
            column[at] = rank[value >> shift] << shift | value & ((1 << shift) - 1)


def essence_of(facts: FileFacts) -> Essence:
    """What linking reads of a file."""
    rows, extra = unpacked(facts.values)
    places = _value_places(rows, extra)
    found = {definition.start_line for definition in facts.definitions[1:]}
    for group in (facts.imports, facts.references, facts.flows):
        found.update([each.line for each in group])
    for each in places:
        found.update(each.lines())
    lines = sorted(found)
    rank = {line: number for number, line in enumerate(lines)}
    for each in places:
        each.put(rank)
    starts = [0, *(rank[definition.start_line] for definition in facts.definitions[1:])]
    content = (
        (facts.language, facts.package, facts.arguments),
        [
            (d.name, d.kind, d.parent, start, d.flags, d.bases, d.decorators, d.receiver, d.calling, d.also, d.complexity == 1)
            for d, start in zip(facts.definitions, starts, strict=True)
        ],
        [(i.scope, i.module, i.name, i.alias, i.level, rank[i.line], i.flags) for i in facts.imports],
        [(r.role, r.scope, r.chain, rank[r.line], r.arity, r.given) for r in facts.references],
        [(f.kind, f.scope, f.target, f.source, rank[f.line]) for f in facts.flows],
        facts.values and (facts.values.words, rows, extra),
    )
    return Essence(content, lines)


def unpacked(code: ValueCode | None) -> "tuple[array[int], array[int]]":
    """(rows, operands)"""
    rows, extra = array("i"), array("i")
    if code is not None:
        unpack = zstandard.ZstdDecompressor().decompress
        for column, data in ((rows, code.rows), (extra, code.extra)):
            column.frombytes(unpack(data))
            if sys.byteorder == "big":
                column.byteswap()
    return rows, extra


def _value_places(rows: "array[int]", extra: "array[int]") -> tuple[_Places, _Places]:
    """Where lines stand in the rows, and where in their operands."""
    in_rows: dict[int, int] = {}
    in_operands: dict[int, int] = {}
    for at, operation in enumerate(rows[::4]):
        place = _LINES_IN_ROWS.get(operation)
        if place is not None and _is_line(rows[4 * at + place[0]], place[1]):
            in_rows[4 * at + place[0]] = place[1]
        operand = _LINES_IN_OPERANDS.get(operation)
        if operand is not None:
            column, number, shift = operand
            start = rows[4 * at + column] + number
            if _is_line(extra[start], shift):
                in_operands[start] = shift
    return _Places(rows, in_rows), _Places(extra, in_operands)


def _is_line(value: int, shift: int) -> bool:
    """Whether a number is a line, and no reference or nothing."""
    return value > 0 and (shift != 1 or value & 1 == 1)
