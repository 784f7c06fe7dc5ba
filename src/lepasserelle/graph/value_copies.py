"""Copies of functions' rows: the same code once more, for one context. Moves no value.

A copy takes what may differ between contexts: parameters, what is defined, called or made inside, and what is computed of these.
All else, names that lie outside of the function above all, means the same in every context, and is shared with the original.
"""

from array import array
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.value_program import COLUMNS, EXTRA, NODE, TERM, Program
from lepasserelle.model.values import ValueOp

_SHARED: Final = frozenset(
    {
        ValueOp.OUTER, ValueOp.IMPORT, ValueOp.ATTRIBUTE, ValueOp.ITEM, ValueOp.PART, ValueOp.ITERATE, ValueOp.ENTER,
        ValueOp.OPERATE, ValueOp.PARENT, ValueOp.RAISED, ValueOp.SHARED, ValueOp.STARRED, ValueOp.NARROW, ValueOp.RAISE,
    }
)  # fmt: skip
"""Rows that mean the same in every context if their operands do."""
_LEFT_OUT: Final = frozenset({ValueOp.NOTHING, ValueOp.SCOPE, ValueOp.LOST, ValueOp.FLAG})
_NO_COPY: Final = frozenset({ValueOp.CLASS, ValueOp.MEMBER, ValueOp.FIELD, ValueOp.HOME})
"""Rows that say what a class or a module holds: no function that has some is copied."""
_SKIPPED: Final = frozenset({ValueOp.CALL, ValueOp.NEW, ValueOp.NARROW})
"""Rows whose operands begin with a number that is no term."""


Plan = tuple[list[int], list[int]]
"""A function and those inside, the function first; the rows to copy."""


class Copies:
    """Rows by function, and copies of them behind the rows of the program, in room that is taken beforehand."""

    def __init__(self, program: Program, room: int) -> None:
        self._program = program
        self.rows, self.extra, self.scopes = program.rows, program.extra, program.scopes
        self.first_row = self._next = len(program.rows) >> 2
        self._last = self.first_row + room
        self.rows.frombytes(bytes(4 * self.rows.itemsize * room))
        self.scopes.frombytes(bytes(self.scopes.itemsize * room))
        self._origins = array("i")
        self._of_copies: dict[int, array[int]] = {}
        self._ordered: NDArray[np.int32] | None = None
        """The rows of the program, those of each function together."""
        self._scopes: NDArray[np.int32] = np.zeros(0, dtype=np.int32)
        """The function of each of these."""

    def origin(self, row: int) -> int:
        """The row of the program that a row says again."""
        return row if row < self.first_row else self._origins[row - self.first_row]

    def rows_of(self, node: int) -> list[int]:
        """The rows of a function, ascending, without those of functions inside."""
        known = self._of_copies.get(node)
        if known is not None:
            return known.tolist()
        if self._ordered is None:
            self._ordered = self._order()
        start, stop = np.searchsorted(self._scopes, np.array((node, node + 1), dtype=np.int32))  # of one type: else all is cast
        found: list[int] = self._ordered[start:stop].tolist()
        return found

    def _order(self) -> NDArray[np.int32]:
        scopes = np.array(self.scopes[: self.first_row], dtype=np.int32)
        order = np.argsort(scopes, kind="stable").astype(np.int32)
        self._scopes = scopes[order]
        return order

    def plan(self, node: int, most_rows: int) -> Plan | None:
        """What to copy of a function, or None where it has classes, or more rows than so many."""
        nodes, found = [node], list[int]()
        for each in nodes:
            rows = self.rows_of(each)
            found += rows
            if len(found) > most_rows:
                return None
            for row in rows:
                operation = self.rows[4 * row]
                if operation in _NO_COPY:
                    return None
                if operation == ValueOp.DEFINITION:
                    nodes.append(self.rows[4 * row + 1])
        return nodes, self._differing(sorted(found))

    def _differing(self, rows: list[int]) -> list[int]:
        kept = {row for row in rows if self.rows[4 * row] not in _SHARED and self.rows[4 * row] not in _LEFT_OUT}
        shared = [row for row in rows if self.rows[4 * row] in _SHARED]
        while come := [row for row in shared if not kept.isdisjoint(self.operands(row))]:
            kept.update(come)
            shared = [row for row in shared if row not in kept]
        return sorted(kept)

    def operands(self, row: int) -> Iterator[int]:
        """The terms that a row is computed of, and constants."""
        rows, at = self.rows, 4 * row
        operation = rows[at]
        for column, kind in enumerate(COLUMNS.get(operation, ()), 1):
            if kind == TERM:
                yield rows[at + column]
        if operation in EXTRA:
            column, group = EXTRA[operation]
            start = rows[at + column] + (operation in _SKIPPED)
            for place, kind in enumerate(group):
                if kind == TERM:
                    yield from self.extra[start + place : start + len(group) * rows[at + column + 1] : len(group)]
        elif operation == ValueOp.SET_ITEM:
            yield self.extra[rows[at + 2]]

    def has_room(self, count: int) -> bool:
        """Whether so many rows more can be copied."""
        return self._next + count <= self._last

    def copy(self, planned: list[int], nodes: dict[int, int]) -> list[int]:
        """Say rows again, with these functions in place of others."""
        first = self._next
        self._next += len(planned)
        terms = {row: first + place for place, row in enumerate(planned)}
        self._origins.extend(map(self.origin, planned))
        owned: dict[int, list[int]] = {copied: [] for copied in nodes.values()}
        owners = {row: nodes[node] for node in nodes for row in self.rows_of(node)}
        for row in planned:
            self._copy_row(row, terms, nodes)
            owned[owners[row]].append(terms[row])
        self._of_copies |= {each: array("i", found) for each, found in owned.items()}
        return list(range(first, self._next))

    def _copy_row(self, row: int, terms: dict[int, int], nodes: dict[int, int]) -> None:
        rows, at, to = self.rows, 4 * row, 4 * terms[row]
        self.scopes[terms[row]] = self.scopes[row]
        operation = rows[at]
        rows[to : to + 4] = rows[at : at + 4]
        for column, kind in enumerate(COLUMNS.get(operation, ()), 1):
            if kind == TERM:
                rows[to + column] = terms.get(rows[at + column], rows[at + column])
            elif kind == NODE:
                rows[to + column] = nodes.get(rows[at + column], rows[at + column])
        if operation in EXTRA:
            self._copy_operands(to, *EXTRA[operation], operation in _SKIPPED, terms)
        elif operation == ValueOp.SET_ITEM:
            key, line = self.extra[rows[at + 2] : rows[at + 2] + 2]
            rows[to + 2] = len(self.extra)
            self.extra.extend((terms.get(key, key), line))

    def _copy_operands(self, to: int, column: int, group: tuple[int, ...], skipped: int, terms: dict[int, int]) -> None:
        rows, extra = self.rows, self.extra
        start = rows[to + column]
        rows[to + column] = len(extra)
        copied = extra[start : start + skipped + len(group) * rows[to + column + 1]]
        for place, kind in enumerate(group):
            if kind == TERM:
                for at in range(skipped + place, len(copied), len(group)):
                    copied[at] = terms.get(copied[at], copied[at])
        extra.extend(copied)
