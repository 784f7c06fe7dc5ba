"""What of a file's facts decides its edges: all but where things stand. Of its lines only their order counts.

Linking compares lines of one file with each other and never computes with them, so lines are replaced by their rank among all lines
that the facts name (a module begins on the first one and is never compared). Left out is what linking carries along unread: bytes,
last lines, signatures, documentation, complexity.
"""

from typing import NamedTuple

import numpy as np
import zstandard
from numpy.typing import NDArray

from lepasserelle.model import FileFacts
from lepasserelle.model.values import ValueCode, ValueOp

Ints = NDArray[np.int64]

_LINES_IN_ROWS = {
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
    ValueOp.LOST: (1, 1),
}
"""Column that holds a line, and by how many bits it is shifted; by 1 it is a line only where the lowest bit is set."""

_LINES_IN_OPERANDS = {
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
    lines: Ints
    """The lines that stand behind the ranks, ascending."""


class _Places(NamedTuple):
    """Lines within one column of value code."""

    column: NDArray[np.int32]
    at: Ints
    shift: int

    def lines(self) -> NDArray[np.int32]:
        """The lines that stand there."""
        return self.column[self.at] >> self.shift

    def put(self, lines: Ints) -> None:
        """Put others there."""
        kept = self.column[self.at] & ((1 << self.shift) - 1)
        self.column[self.at] = (lines << self.shift) | kept


def essence_of(facts: FileFacts) -> Essence:
    """What linking reads of a file."""
    rows, extra, places = _value_places(facts.values)
    held = (facts.definitions, facts.imports, facts.references, facts.flows)
    own = [[each.start_line for each in held[0][1:]], *([each.line for each in group] for group in held[1:])]
    lines = np.unique(np.concatenate([np.array(part, np.int64) for part in (*own, *(each.lines() for each in places))]))
    for each in places:
        each.put(np.searchsorted(lines, each.lines()))
    starts, imports, references, flows = (np.searchsorted(lines, part).tolist() for part in own)
    content = (
        (facts.language, facts.package),
        [
            (d.name, d.kind, d.parent, start, d.flags, d.bases, d.decorators, d.receiver, d.calling)
            for d, start in zip(facts.definitions, [0, *starts], strict=True)
        ],
        [(i.scope, i.module, i.name, i.alias, i.level, line, i.flags) for i, line in zip(facts.imports, imports, strict=True)],
        [(r.role, r.scope, r.chain, line, r.arity, r.given) for r, line in zip(facts.references, references, strict=True)],
        [(f.kind, f.scope, f.target, f.source, line) for f, line in zip(facts.flows, flows, strict=True)],
        facts.values and (facts.values.words, rows.tobytes(), extra.tobytes()),
    )
    return Essence(content, lines)


def _value_places(code: ValueCode | None) -> tuple[NDArray[np.int32], NDArray[np.int32], list[_Places]]:
    """(rows, operands, where lines stand in them)."""
    if code is None:
        return np.zeros(0, np.int32), np.zeros(0, np.int32), []
    unpack = zstandard.ZstdDecompressor().decompress
    rows = np.frombuffer(unpack(code.rows), "<i4").astype(np.int32)
    extra = np.frombuffer(unpack(code.extra), "<i4").astype(np.int32)
    operation = rows[::4]
    found = []
    for op, (column, shift) in _LINES_IN_ROWS.items():
        found.append(_places(rows, 4 * np.flatnonzero(operation == op) + column, shift))
    for op, (column, number, shift) in _LINES_IN_OPERANDS.items():
        starts = rows[4 * np.flatnonzero(operation == op) + column].astype(np.int64)
        found.append(_places(extra, np.unique(starts + number), shift))
    return rows, extra, found


def _places(column: NDArray[np.int32], at: Ints, shift: int) -> _Places:
    values = column[at]
    return _Places(column, at[(values > 0) & ((values & 1 == 1) | (shift != 1))], shift)
