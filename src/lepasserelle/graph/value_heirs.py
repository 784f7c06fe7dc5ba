"""What methods of a class put on their receiver, told apart by the class of the receiver: what each class below makes of it.

`self.tool = self.get_tool()` in a class above others, each with a `get_tool` of its own (the template method; Gamma et al. 1994),
puts on an instance of each what that one gives, and `self.tool = tool` what the constructor is given for it: object sensitivity
(Milanova, Rountev, Ryder 2005) with a class for each object, and for what is put on the receiver alone. It is found when it is
read, for the class of the very instance; so those that inherit see nothing of what instances of their bases are given.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from lepasserelle.graph.shapes import IS_TYPE
from lepasserelle.graph.survey import NO_NODE
from lepasserelle.graph.value_cells import BOUND, INSTANCE, SHIFT, TAG
from lepasserelle.model.values import ParameterKind, ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow
    from lepasserelle.graph.value_records import Arguments

_ALONE: Final = frozenset({ParameterKind.PLAIN, ParameterKind.KEYWORD})
"""Parameters that take one argument."""
_MOST_GIVEN: Final = 26
"""Classes below one of whose methods' parameters it is told what each gives them: as many as a place holds values."""
_OF_FIRST: Final = frozenset({ValueOp.ATTRIBUTE, ValueOp.CALL, ValueOp.NARROW})
"""Rows that are told apart where their first operand is."""


class Heirs:
    """Says what a term of a method is for a receiver of one class."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._cells = flow.cells
        self._owners: dict[int, int] = {}
        """Row that puts something on a receiver → the class of its method, -1 where nothing is told apart."""
        self._rows: dict[int, list[tuple[int, int]]] = {}
        """Word → class and row of those that put something under it that is told apart."""
        self._apart: dict[int, bool] = {}
        """Term → whether it is told apart."""
        self._known: dict[tuple[int, int], int] = {}
        """Value and term → the cell of what the term is for it."""

    def owner(self, row: int) -> int:
        """The class whose method puts by a row on its receiver what is told apart by the class of that; -1 for none."""
        known = self._owners.get(row)
        if known is None:
            known = self._owners[row] = self._owner(row)
        return known

    def _owner(self, row: int) -> int:
        flow, rows = self._flow, self._flow.rows
        if flow.program.family != "python" or row >= flow.contexts.first_row or not self.is_receiver(rows[4 * row + 1], row):
            return -1
        cls = flow.survey.lexical_parent[flow.program.scopes[row]]
        if cls == NO_NODE or not IS_TYPE[flow.survey.kind[cls]] or cls not in flow.members.bases_of_others():
            return -1
        return cls if self._is_apart(rows[4 * row + 3]) else -1

    def is_receiver(self, term: int, row: int) -> bool:
        """Whether a term is the first parameter of the function in which a row stands."""
        rows, at = self._flow.rows, 4 * term
        return term > 0 and rows[at] == ValueOp.PARAMETER and not rows[at + 2] and rows[at + 1] == self._flow.program.scopes[row]

    def put(self, value: int, order: Sequence[int], word: int, setters: Sequence[int], cell: int) -> None:
        """What methods of the classes of an order put on an instance under a word arrives at a cell. `setters`: all rows for it."""
        rows = self._rows.get(word)
        if rows is None:
            rows = self._rows[word] = [(self.owner(row), row) for row in setters if self.owner(row) >= 0]
        for cls, row in rows:
            if cls in order:
                source = self._flow.rows[4 * row + 3]
                if self._flow.rows[4 * source] == ValueOp.PARAMETER:  # what is given instead counts where its own cell is empty
                    self._cells.copy(self._of(value, source), cell)
                else:
                    self._set_up(value, source, cell)

    def by_constructors(self, setters: Mapping[int, Sequence[int]]) -> dict[int, set[int]]:
        """Word → classes whose constructors put something on the receiver under it."""
        rows, scopes, survey = self._flow.rows, self._flow.program.scopes, self._flow.survey
        constructor, found = survey.strings["__init__"], dict[int, set[int]]()
        for word, each in setters.items():
            for row in each:
                if self.is_receiver(rows[4 * row + 1], row) and survey.name[scopes[row]] == constructor:
                    found.setdefault(word, set()).add(survey.lexical_parent[scopes[row]])
        return found

    # ── which terms ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _is_apart(self, term: int) -> bool:
        """Whether a term of a method may be something else for another class of the receiver."""
        known = self._apart.get(term)
        if known is None:
            found, todo, known = {term}, [term], False
            while todo and not known:
                each = todo.pop()
                known = self._apart.get(each) or self._begins(each)
                more = set(self._rests_on(each)) - found
                found |= more
                todo += more
            self._apart.update({term: True} if known else dict.fromkeys(found, False))
        return known

    def _begins(self, term: int) -> bool:
        """Whether a term is told apart whatever it rests on: what a parameter is given, a member of the receiver that the program
        knows. That an only method gives everywhere the same is not asked: an edit of what it returns would be felt by others.
        """
        rows, at = self._flow.rows, 4 * term
        if term <= 0:
            return False
        if rows[at] == ValueOp.PARAMETER:
            below = self._flow.members.below(self._flow.survey.lexical_parent[self._flow.contexts.origin(rows[at + 1])])
            takes_one = self._flow.calls.signature(rows[at + 1], rows[at + 2])[0] in _ALONE
            return rows[at + 2] > 0 and takes_one and 0 < len(below) <= _MOST_GIVEN
        if rows[at] == ValueOp.ATTRIBUTE and self.is_receiver(rows[at + 1], term):
            return self._flow.members.is_put(rows[at + 2]) or self._flow.members.binds(rows[at + 2])
        return False

    def _rests_on(self, term: int) -> list[int]:
        """The terms of which one has to be told apart if a term is."""
        rows, at = self._flow.rows, 4 * term
        if term <= 0:
            return []
        if rows[at] == ValueOp.PHI:
            return self._branches(term)
        return [rows[at + 1]] if rows[at] in _OF_FIRST else []

    def _branches(self, phi: int) -> list[int]:
        start, count = self._flow.rows[4 * phi + 1 : 4 * phi + 3]
        return [*self._flow.extra[start : start + count], *self._flow.joins(phi)]

    # ── what they are ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _of(self, value: int, term: int) -> int:
        """The cell of what a term of a method is for a receiver."""
        if term <= 0 or not self._is_apart(term):
            return term
        known = self._known.get((value, term))
        if known is None:
            known = self._known[value, term] = self._cells.new()
            self._set_up(value, term, known)
        return known

    def _set_up(self, value: int, term: int, cell: int) -> None:
        flow, rows, at = self._flow, self._flow.rows, 4 * term
        operation, first = rows[at], rows[at + 1]
        if operation == ValueOp.PARAMETER:
            self._parameter(value, term, cell)
        elif operation == ValueOp.ATTRIBUTE and self.is_receiver(first, term):
            flow.members.attribute(value, cell, rows[at + 2])
        elif operation == ValueOp.ATTRIBUTE:
            self._cells.watch(self._of(value, first), flow.members.attribute, cell, rows[at + 2])
        elif operation == ValueOp.CALL:
            self._cells.watch(self._of(value, first), self._call, term, cell)
        elif operation == ValueOp.NARROW:
            flow.narrowing.apply(term, self._of(value, first), cell)
        else:
            for each in self._branches(term):
                self._cells.copy(self._of(value, each), cell)

    def _call(self, value: int, row: int, cell: int) -> None:
        """What a call gives: of a method of an instance what it returns for that."""
        flow = self._flow
        node, receiver = flow.cells.pairs[value >> SHIFT] if value & TAG == BOUND else (-1, 0)
        if receiver & TAG != INSTANCE or node in flow.yields or flow.contexts.may_be_apart(value, row):
            flow.calls.enter(value, row, cell)
            return
        flow.returned(node)  # who asks for it first counts
        passed_on = flow.passed_on(node)
        for each in flow.returns.get(node, ()):
            if each in passed_on:
                flow.calls.pass_back(node, each, cell, flow.calls.arguments(row), receiver)
            else:
                self._cells.copy(self._of(receiver, each), cell)

    # ── parameters ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _parameter(self, receiver: int, term: int, cell: int) -> None:
        """What calls with one receiver, or with one that is not known, give a parameter."""
        calls = self._flow.calls
        node, place = self._flow.rows[4 * term + 1 : 4 * term + 3]
        signature = calls.signature(node, place)
        gate = self._flow.types.gate(cell, node, signature[1])
        for of in (receiver, -1):
            calls.asked_for.setdefault((node, of), []).append((place, gate, signature))
        for arguments, given in self._calls(node, receiver):
            calls.give(node, place, gate, signature, arguments, given)
        self._flow.when_empty(cell, self._give_whole, term, cell, receiver)

    def _calls(self, node: int, receiver: int) -> list[tuple["Arguments", int]]:
        each = iter(tuple(self._flow.calls.callers.get(node, ())))
        return [(arguments, given) for arguments, given in zip(each, each, strict=True) if given in (receiver, -1)]

    def _give_whole(self, term: int, cell: int, receiver: int) -> None:
        """Nothing is known of what they give: what all calls give, unless it is nothing but what the function has instead."""
        node, place = self._flow.rows[4 * term + 1 : 4 * term + 3]
        word, calls = self._flow.calls.signature(node, place)[1], self._calls(node, receiver)
        if not calls or any(_may_give(arguments, place - (given >= 0), word) for arguments, given in calls):
            self._cells.copy(term, cell)


def _may_give(arguments: "Arguments", place: int, word: int) -> bool:
    """Whether a call gives something at a place, or under a word."""
    kinds = arguments[::2]
    return kinds.count(0) > place or word in kinds or any(kind < 0 for kind in kinds)
