"""Members that run code when they are read: descriptors, accessors below other decorators, and what `__getattr__` says.

The cell of a member stands for all who read it (`value_members`); what runs, runs for each reader, on its line.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from lepasserelle.graph.shapes import ACCESSOR
from lepasserelle.graph.value_cells import FUNCTION, INSTANCE, SHIFT, TAG, Act
from lepasserelle.model.values import ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

_DECORATE: Final = int(ValueOp.DECORATE)


class Descriptors:
    """Runs what stands behind members. By the cell of the member, as it is taken from one value."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._cells = flow.cells
        self.behind: dict[int, list[tuple[int, int]]] = {}
        """Cell of a taken member → (descriptor or function, the value that it is taken from)."""
        self.remembering: dict[int, bool] = {}
        """Function that says what members are → whether it puts them there, so that only the first read of each runs it."""

    def found(self, cell: int, value: int, receiver: int) -> None:
        """A class holds something that runs when the member is taken from a receiver."""
        self.behind.setdefault(cell, []).append((value, receiver))
        for reader in self._cells.readers(cell):
            self._run(value, receiver, reader)

    def read(self, cell: int, term: int) -> None:
        """One more reads the member."""
        for value, receiver in self.behind[cell]:
            self._run(value, receiver, term)

    def _run(self, value: int, receiver: int, term: int) -> None:
        calls, row = self._flow.calls, self._row(term)
        if value & TAG == FUNCTION:
            calls.function(value >> SHIFT, receiver, (), term, row)
        else:
            calls.call_member(value, "__get__", (), term, row)

    def _row(self, term: int) -> int:
        """Who is told of what runs for a term: nobody for a cell that is no row."""
        return term if term < self._cells.terms else -1

    def take(self, found: int, cell: int, receiver: int) -> None:
        """What a class holds under a name arrives at the cell of the member, as it is taken from an instance."""
        node = self._decorated(found)
        act: Act = self._flow.members.bind
        if node >= 0:
            if self._flow.survey.flags[node] & ACCESSOR:
                act = self._bind_accessor
            elif not self._flow.is_static(node):
                self._cells.watch(found, self._give, node, receiver)
        self._cells.watch(found, act, cell, receiver)

    def _decorated(self, term: int) -> int:
        """The definition below the decorators of what a class holds, -1 where there are none."""
        rows = self._flow.rows
        if term <= 0 or rows[4 * term] != _DECORATE:
            return -1
        while rows[4 * term] == _DECORATE:
            term = rows[4 * term + 2]
        return rows[4 * term + 1] if rows[4 * term] == ValueOp.DEFINITION else -1

    def _give(self, value: int, node: int, receiver: int) -> None:
        """A descriptor that decorates a method is taken from an instance: it gives the method that. Not by way of `__get__`: what
        that is given would stand for all descriptors of its class.
        """
        if value & TAG == INSTANCE and self._flow.members.has(value >> SHIFT, "__get__"):
            self._flow.calls.function(node, receiver, (), 0, -1)

    def _bind_accessor(self, value: int, cell: int, receiver: int) -> None:
        """What decorators leave of an accessor: a function of theirs runs for each reader."""
        flow = self._flow
        if value & TAG == FUNCTION and not flow.survey.flags[flow.contexts.origin(value >> SHIFT)] & ACCESSOR:
            self.found(cell, value, receiver)
        else:
            flow.members.bind(value, cell, receiver)

    def tell(self, value: int, word: int, term: int) -> None:
        """`__getattr__` of an instance says what a member is, by its name."""
        flow, strings = self._flow, self._flow.strings
        hook = flow.members.bound_in(value >> SHIFT, strings["__getattr__"])
        if hook is not None:
            record = flow.calls.record((0, -strings["s" + strings.texts[word]]), value, term, self._row(term))
            self._cells.watch(hook, self._tell, record, word)

    def _tell(self, value: int, record: int, word: int) -> None:
        if value & TAG == FUNCTION and (node := self._flow.contexts.origin(value >> SHIFT)) not in self.remembering:
            self.remembering[node] = self._remembers(node)
        arguments, receiver, result, row = self._flow.calls.recorded(record)
        if not self._flow.contexts.by_name(value, word, (receiver, arguments, result, row)):
            self._flow.calls.enter_member(value, record, 0)

    def _remembers(self, node: int) -> bool:
        """Whether `__getattr__` does `setattr(self, name, …)` or `self.__dict__[name] = …`."""
        rows, calls = self._flow.rows, self._flow.calls
        given = calls.parameter_row(node, 0), calls.parameter_row(node, 1)
        scopes = np.frombuffer(self._flow.program.scopes, dtype=np.int32)
        for row in np.flatnonzero(scopes == node).tolist() if all(given) else ():
            operation, operand = rows[4 * row], 4 * rows[4 * row + 1]
            if operation == ValueOp.CALL and calls.arguments(row)[1:4:2] == given and rows[operand] == ValueOp.OUTER:
                if rows[operand + 1] == self._flow.strings["setattr"]:
                    return True
            elif operation == ValueOp.SET_ITEM and self._flow.extra[rows[4 * row + 2]] == given[1]:
                is_member = rows[operand] == ValueOp.ATTRIBUTE and rows[operand + 1] == given[0]
                if is_member and rows[operand + 2] == self._flow.strings["__dict__"]:
                    return True
        return False

    def ask_module(self, module: int, word: int, term: int) -> None:
        """The `__getattr__` of a module gives what it does not bind."""
        flow, strings = self._flow, self._flow.strings
        hook = flow.members.declared_term(module, strings["__getattr__"])
        if hook > 0:
            name = -strings["s" + strings.texts[word]]
            flow.calls.back(hook, (0, name), term, 0)
            flow.calls.back(hook, (0, name), 0, self._row(term))
