"""Copies of functions' rows: the same code once more, for one context. Moves no value.

A copy takes what may differ between contexts: parameters, what is defined, called or made inside, and what is computed of these.
All else, names that lie outside of the function above all, means the same in every context, and is shared with the original.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
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


_OPERANDS: Final = {**EXTRA, ValueOp.SET_ITEM: (2, (TERM, 0))}
"""Column that says where the operands of a row begin that may differ, and what each of a group is."""


@dataclass(slots=True)
class Plan:
    """What to copy of a function, the copy in one piece but for where it will stand: numbers of what is copied too count from 0."""

    functions: list[int]
    """The function, and those inside."""
    origins: "array[int]"
    """The row of the program that each row says again."""
    scopes: "array[int]"
    rows: "array[int]" = field(default_factory=lambda: array("i"))
    extra: "array[int]" = field(default_factory=lambda: array("i"))
    terms_at: list[int] = field(default_factory=list)
    functions_at: list[int] = field(default_factory=list)
    operands_at: list[int] = field(default_factory=list)
    """Where `rows` has terms, functions and beginnings of operands that count from 0."""
    extra_terms_at: list[int] = field(default_factory=list)
    """Where `extra` has such terms."""
    own: "dict[int, array[int]]" = field(default_factory=dict)
    """Place of a function → its rows."""


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
        self._of_copies: dict[int, tuple[int, array[int]]] = {}
        """Copied function → the first row of the copy, and its own rows counted from there."""
        self._ordered: NDArray[np.int32] | None = None
        """The rows of the program, those of each function together."""
        self._scopes: NDArray[np.int32] = np.zeros(0, dtype=np.int32)
        """The function of each of these."""

    @property
    def row_count(self) -> int:
        """Rows of all copies."""
        return self._next - self.first_row

    def origin(self, row: int) -> int:
        """The row of the program that a row says again."""
        return row if row < self.first_row else self._origins[row - self.first_row]

    def rows_of(self, node: int) -> list[int]:
        """The rows of a function, ascending, without those of functions inside."""
        known = self._of_copies.get(node)
        if known is not None:
            first, own = known
            return [first + place for place in own]
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
        return self._in_one_piece(nodes, self._differing(sorted(found)))

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

    def _in_one_piece(self, functions: list[int], planned: list[int]) -> Plan:
        scopes = array("i", [self.scopes[row] for row in planned])
        plan = Plan(functions, array("i", map(self.origin, planned)), scopes)
        places = {row: place for place, row in enumerate(planned)}
        inside = {function: place for place, function in enumerate(functions)}
        for function, place in inside.items():
            plan.own[place] = array("i", [places[row] for row in self.rows_of(function) if row in places])
        for row in planned:
            self._plan_row(plan, row, places, inside)
        return plan

    def _plan_row(self, plan: Plan, row: int, places: dict[int, int], inside: dict[int, int]) -> None:
        at, to = 4 * row, len(plan.rows)
        copied = self.rows[at : at + 4]
        for column, kind in enumerate(COLUMNS.get(copied[0], ()), 1):
            if kind == TERM and copied[column] in places:
                copied[column] = places[copied[column]]
                plan.terms_at.append(to + column)
            elif kind == NODE and copied[column] in inside:
                copied[column] = inside[copied[column]]
                plan.functions_at.append(to + column)
        if copied[0] in _OPERANDS:
            column = _OPERANDS[copied[0]][0]
            copied[column] = self._plan_operands(plan, at, places)
            plan.operands_at.append(to + column)
        plan.rows.extend(copied)

    def _plan_operands(self, plan: Plan, at: int, places: dict[int, int]) -> int:
        """Where the operands of a row begin in a plan."""
        rows, operation, begin = self.rows, self.rows[at], len(plan.extra)
        column, group = _OPERANDS[operation]
        skipped, count = operation in _SKIPPED, 1 if operation == ValueOp.SET_ITEM else rows[at + column + 1]
        start = rows[at + column]
        plan.extra.extend(self.extra[start : start + skipped + len(group) * count])
        for place, kind in enumerate(group):
            for to in range(begin + skipped + place, len(plan.extra), len(group)) if kind == TERM else ():
                if plan.extra[to] in places:
                    plan.extra[to] = places[plan.extra[to]]
                    plan.extra_terms_at.append(to)
        return begin

    def has_room(self, plan: Plan) -> bool:
        """Whether there is room for one copy more."""
        return self._next + len(plan.origins) <= self._last

    def copy(self, plan: Plan, first_function: int) -> range:
        """Say rows again, of functions that are numbered from here on."""
        first, rows, extra = self._next, plan.rows[:], plan.extra[:]
        self._next += len(plan.origins)
        _move(rows, plan.terms_at, first)
        _move(rows, plan.functions_at, first_function)
        _move(rows, plan.operands_at, len(self.extra))
        _move(extra, plan.extra_terms_at, first)
        self.rows[4 * first : 4 * self._next] = rows
        self.scopes[first : self._next] = plan.scopes
        self.extra.extend(extra)
        self._origins.extend(plan.origins)
        for place, own in plan.own.items():
            self._of_copies[first_function + place] = (first, own)
        return range(first, self._next)


def _move(numbers: "array[int]", places: list[int], by: int) -> None:
    for place in places:
        numbers[place] += by
