"""The value code of all files of a family in one numbering: rows, operands, and indexes over them. Moves no value.

Terms are rows of one table, nodes and strings those of the survey. Everything is renumbered at once, in whole columns.
"""

from array import array
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import zstandard
from numpy.typing import NDArray

from lepasserelle.graph.strings import Interner
from lepasserelle.model.values import Spread, ValueCode, ValueOp

TERM, NODE, WORD, _IMPORT = range(1, 5)
COLUMNS: Final[dict[int, tuple[int, int, int]]] = {
    ValueOp.DEFINITION: (NODE, 0, 0),
    ValueOp.PARAMETER: (NODE, 0, 0),
    ValueOp.OUTER: (WORD, 0, 0),
    ValueOp.IMPORT: (_IMPORT, 0, 0),
    ValueOp.ATTRIBUTE: (TERM, WORD, 0),
    ValueOp.CALL: (TERM, 0, 0),
    ValueOp.ITEM: (TERM, TERM, 0),
    ValueOp.PART: (TERM, 0, 0),
    ValueOp.REST: (TERM, 0, 0),
    ValueOp.ITERATE: (TERM, 0, 0),
    ValueOp.COLLECT: (0, TERM, TERM),
    ValueOp.COPY: (TERM, 0, 0),
    ValueOp.ENTER: (TERM, 0, 0),
    ValueOp.OPERATE: (TERM, TERM, 0),
    ValueOp.PARENT: (NODE, TERM, 0),
    ValueOp.RAISED: (TERM, 0, 0),
    ValueOp.DECORATE: (TERM, TERM, 0),
    ValueOp.CLASS: (NODE, 0, 0),
    ValueOp.SENT: (NODE, 0, 0),
    ValueOp.SHARED: (TERM, WORD, NODE),
    ValueOp.STARRED: (_IMPORT, WORD, TERM),
    ValueOp.PROPERTY: (TERM, WORD, 0),
    ValueOp.ELEMENT: (TERM, TERM, 0),
    ValueOp.NEW: (TERM, 0, 0),
    ValueOp.AWAIT: (TERM, 0, 0),
    ValueOp.THROWN: (TERM, 0, 0),
    ValueOp.PUT: (TERM, WORD, TERM),
    ValueOp.HOME: (NODE, TERM, 0),
    ValueOp.SCOPE: (NODE, 0, 0),
    ValueOp.SIGNATURE: (NODE, 0, 0),
    ValueOp.RETURN: (TERM, 0, 0),
    ValueOp.YIELD: (TERM, 0, 0),
    ValueOp.SET_MEMBER: (TERM, WORD, TERM),
    ValueOp.SET_ITEM: (TERM, 0, TERM),
    ValueOp.MEMBER: (NODE, WORD, TERM),
    ValueOp.FIELD: (NODE, WORD, TERM),
    ValueOp.JOIN: (TERM, TERM, 0),
    ValueOp.NARROW: (TERM, 0, 0),
    ValueOp.RESULT: (TERM, 0, 0),
    ValueOp.FLAG: (NODE, WORD, 0),
    ValueOp.RAISE: (TERM, 0, 0),
}
"""What the numbers in a, b and c are."""

EXTRA: Final[dict[int, tuple[int, tuple[int, ...]]]] = {
    ValueOp.CALL: (2, (WORD, TERM)),
    ValueOp.NEW: (2, (WORD, TERM)),
    ValueOp.NARROW: (2, (TERM,)),
    ValueOp.PHI: (1, (TERM,)),
    ValueOp.DISPLAY: (2, (TERM, TERM)),
    ValueOp.CLASS: (2, (TERM,)),
    ValueOp.SIGNATURE: (2, (0, WORD, TERM)),
}
"""Column that says where operands begin, and what each of a group is; the next column counts the groups."""

_SINGLE: Final[dict[ValueOp, tuple[int, int]]] = {ValueOp.SET_ITEM: (2, TERM), ValueOp.OPERATE: (3, WORD)}
"""Column that says where one operand stands that has to be renumbered, and what it is."""


_NONE: Final = np.zeros(0, dtype=np.int64)
_AT_ONCE: Final = 8192
"""Rows that are looked at together."""


@dataclass(slots=True)
class _Piece:
    rows: NDArray[np.int32]
    extra: NDArray[np.int32]
    words: NDArray[np.int64]
    node: int
    first_import: int
    reference: int


@dataclass(slots=True)
class Program:
    """Collects the code of files, then (`close`) holds it as flat arrays."""

    strings: Interner
    family: str
    """The rules that its languages follow (`graph.families`)."""
    row_count: int = 0
    rows: "array[int]" = field(default_factory=lambda: array("i"))
    extra: "array[int]" = field(default_factory=lambda: array("i"))
    scopes: "array[int]" = field(default_factory=lambda: array("i"))
    """The node in whose code each row stands."""
    references: "array[int]" = field(default_factory=lambda: array("i"))
    """First reference of the file of each row: bisect `file_rows`."""
    file_rows: list[int] = field(default_factory=list)
    by_operation: dict[int, NDArray[np.int64]] = field(default_factory=dict)
    _pieces: list[_Piece] = field(default_factory=list)
    _unpack: Callable[[bytes], bytes] = field(default_factory=lambda: zstandard.ZstdDecompressor().decompress)
    """Of one decompressor: making one takes longer than what it does for a file."""

    def add(self, code: ValueCode, node: int, first_import: int, reference: int) -> None:
        """The code of one file, whose definitions, imports and references begin at these numbers."""
        unpack = self._unpack
        rows = np.frombuffer(unpack(code.rows), dtype="<i4").reshape(-1, 4)
        extra = np.frombuffer(unpack(code.extra), dtype="<i4")
        words = np.fromiter(map(self.strings.__getitem__, code.words), dtype=np.int64, count=len(code.words))
        self.row_count += len(rows)
        self._pieces.append(_Piece(rows, extra, words, node, first_import, reference))

    def close(self) -> None:
        """Renumber everything."""
        pieces = self._pieces
        if not pieces:
            self.rows.extend((0, 0, 0, 0))
            self.scopes.append(0)
            return
        counts = np.array([len(piece.rows) for piece in pieces])
        extras = np.array([len(piece.extra) for piece in pieces])
        rows = np.concatenate([piece.rows for piece in pieces]).astype(np.int64)
        extra = np.concatenate([piece.extra for piece in pieces]).astype(np.int64)
        first_row, first_extra = _starts(counts), _starts(extras)
        words = np.concatenate([piece.words for piece in pieces])
        first_word = _starts(np.array([len(piece.words) for piece in pieces]))
        owner, extra_owner = np.repeat(np.arange(len(pieces)), counts), np.repeat(np.arange(len(pieces)), extras)
        base = _Base(
            first_row,
            np.array([piece.node for piece in pieces]),
            np.array([piece.first_import for piece in pieces]),
            first_word,
            words,
        )
        self.by_operation = groups = _grouped(np.ascontiguousarray(rows[:, 0]))
        for op, (column, *_) in (EXTRA | _SINGLE).items():
            chosen = groups.get(op, _NONE)
            rows[chosen, column] += first_extra[owner[chosen]]
        self._renumber(rows, extra, owner, extra_owner, base)
        rows[groups.get(0, _NONE)] = 0
        node = np.where(rows[:, 0] == ValueOp.SCOPE, rows[:, 1], -1)
        at = np.maximum.accumulate(np.where(node >= 0, np.arange(len(rows)), 0))
        self.scopes = array("i", node[at].astype(np.int32).tobytes())
        self.file_rows = first_row.tolist()
        self.references = array("i", [piece.reference for piece in pieces])
        self.rows = array("i", rows.astype(np.int32).tobytes())
        self.extra = array("i", extra.astype(np.int32).tobytes())
        pieces.clear()

    def words(self) -> NDArray[np.int64]:
        """The strings that its code mentions, ascending. Before `close`."""
        return np.unique(np.concatenate([_NONE, *[piece.words for piece in self._pieces]]))

    def clear(self) -> None:
        """Let go of all columns."""
        self._pieces.clear()
        for column in (self.rows, self.extra, self.scopes, self.references, self.file_rows):
            del column[:]
        self.by_operation.clear()

    def _renumber(
        self,
        rows: NDArray[np.int64],
        extra: NDArray[np.int64],
        owner: NDArray[np.int64],
        extra_owner: NDArray[np.int64],
        base: "_Base",
    ) -> None:
        for op, kinds in COLUMNS.items():
            chosen = self.by_operation.get(op, _NONE)
            for column, kind in enumerate(kinds, 1):
                if kind:
                    rows[chosen, column] = base.absolute(rows[chosen, column], kind, owner[chosen])
        for op, (column, group) in EXTRA.items():
            chosen = self.by_operation.get(op, _NONE)
            skipped = 1 if op in (ValueOp.CALL, ValueOp.NEW, ValueOp.NARROW) else 0
            for place, kind in enumerate(group):
                at = spans(rows[chosen, column] + skipped, rows[chosen, column + 1], len(group)) + place
                if kind:
                    extra[at] = base.absolute(extra[at], kind, extra_owner[at])
        for op, (column, kind) in _SINGLE.items():
            at = rows[self.by_operation.get(op, _NONE), column]
            extra[at] = base.absolute(extra[at], kind, extra_owner[at])

    def of(self, operation: int) -> list[int]:
        """All rows of one operation."""
        found = self.by_operation.get(operation)
        return found.tolist() if found is not None else []

    def with_operand(self, operation: int, terms: Collection[int]) -> list[int]:
        """The rows of one operation whose first operand is one of these terms, ascending."""
        found = self.by_operation.get(operation, _NONE)
        operands = np.frombuffer(self.rows, dtype=np.int32)[4 * found + 1]
        rows: list[int] = found[np.isin(operands, np.fromiter(terms, np.int64))].tolist()
        return rows

    def times(self, operation: int, column: int) -> bytes:
        """By number how often it stands in a column of the rows of one operation; 2 stands for more."""
        table = np.frombuffer(self.rows, dtype=np.int32).reshape(-1, 4)
        return np.minimum(np.bincount(table[self.by_operation.get(operation, _NONE), column]), 2).astype(np.uint8).tobytes()

    def keywords(self) -> NDArray[np.int32]:
        """The keyword of each argument of each call that has one."""
        calls, extra = self.by_operation.get(ValueOp.CALL, _NONE), np.frombuffer(self.extra, dtype=np.int32)
        found, table = [np.zeros(0, dtype=np.int32)], np.frombuffer(self.rows, dtype=np.int32).reshape(-1, 4)
        for start in range(0, len(calls), _AT_ONCE):
            rows = table[calls[start : start + _AT_ONCE]].astype(np.int64)
            kinds = extra[spans(rows[:, 2] + 1, rows[:, 3], 2)]
            found.append(kinds[kinds > 0])
        return np.concatenate(found)

    def grouped(self, operation: int, column: int) -> Iterator[tuple[int, int]]:
        """(number in a column, row) of all rows of one operation."""
        rows = self.rows
        for row in self.of(operation):
            yield rows[4 * row + column], row


@dataclass(frozen=True, slots=True)
class _Base:
    row: NDArray[np.int64]
    node: NDArray[np.int64]
    imported: NDArray[np.int64]
    word: NDArray[np.int64]
    words: NDArray[np.int64]

    def absolute(self, numbers: NDArray[np.int64], kind: int, owner: NDArray[np.int64]) -> NDArray[np.int64]:
        if kind == NODE:
            return numbers + self.node[owner]
        if kind == _IMPORT:
            return numbers + self.imported[owner]
        constant = (numbers < 0) & (numbers > Spread.UNKNOWN) if kind == TERM else numbers > 0
        known = self.words[np.where(constant, self.word[owner] + np.abs(numbers), 0)] if len(self.words) else numbers
        if kind == WORD:
            return np.where(constant, known, numbers)
        return np.where(constant, -known, np.where(numbers > 0, numbers + self.row[owner], numbers))


def _grouped(operations: NDArray[np.int64]) -> dict[int, NDArray[np.int64]]:
    """The rows of each operation."""
    order = np.argsort(operations.astype(np.uint8), kind="stable")  # of one byte by counting: a tenth of the time
    ends = np.cumsum(np.bincount(operations))
    return {op: rows for op, rows in enumerate(np.split(order, ends[:-1])) if len(rows)}


def _starts(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)[:-1]])


def spans(starts: NDArray[np.int64], counts: NDArray[np.int64], stride: int) -> NDArray[np.int64]:
    """The first number of each group of all spans."""
    total = int(counts.sum())
    within = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(starts, counts) + within * stride
