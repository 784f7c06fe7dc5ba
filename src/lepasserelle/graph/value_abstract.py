"""Abstract methods of Python: which of the definitions that a call can enter by the classes of its receivers it never enters.
Reads a solved flow; decides no value.

A method is abstract that `abc.abstractmethod` decorates, or one without a branch that ends in `raise NotImplementedError`. Where
classes below say what it does, a call on an instance enters what one of these says: a class that leaves it out cannot be made, or
is made to break. So it is no more than a candidate beside them, unless the program makes an instance that has nothing else, a class
below calls it (`super().m()`), or it is named by its class (`A.m(self)`).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from lepasserelle.graph.shapes import IS_CALLABLE, IS_TYPE
from lepasserelle.graph.survey import DEFINED, NO_NODE, PAYLOAD
from lepasserelle.graph.value_cells import BOUND, FUNCTION, INSTANCE, OUTSIDE, SHIFT, TAG
from lepasserelle.graph.value_vague import CALLS
from lepasserelle.model.values import ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

_DECORATORS: Final = frozenset({"abc.abstractmethod", "abc.abstractclassmethod", "abc.abstractstaticmethod"})
RAISED: Final = "NotImplementedError"


class Abstract:
    """Asked once the flow is solved. `overridden`: abstract method → those of classes below that say what it does, ascending."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._survey = flow.survey
        self._decorated = set(self._marked())
        methods = sorted(self._decorated.union(self._raising())) if flow.program.family == "python" else []
        self._methods = frozenset(methods)
        found = {node: self._below(node) for node in methods}
        self.overridden = {node: below for node, below in found.items() if below}

    def _marked(self) -> Iterator[int]:
        """The definitions that a decorator says to be abstract."""
        flow, rows = self._flow, self._flow.rows
        for row in flow.program.of(ValueOp.DECORATE):
            values = flow.cells.values[rows[4 * row + 1]] if rows[4 * row + 1] > 0 else None
            if isinstance(values, int) and values & TAG == OUTSIDE and flow.outside_name(values) in _DECORATORS:
                inner = rows[4 * row + 2]
                while rows[4 * inner] == ValueOp.DECORATE:
                    inner = rows[4 * inner + 2]
                if rows[4 * inner] == ValueOp.DEFINITION and self._is_method(rows[4 * inner + 1]):
                    yield rows[4 * inner + 1]

    def _raising(self) -> Iterator[int]:
        """The methods without a branch that end in `raise NotImplementedError`, with words or without."""
        program, word = self._flow.program, self._flow.strings[RAISED]
        named = [row for row in program.of(ValueOp.OUTER) if self._flow.rows[4 * row + 1] == word]
        called = [
            row
            for row in program.with_operand(ValueOp.CALL, named)
            if program.scopes[row + 1 : row + 2] != program.scopes[row : row + 1]
        ]
        for row in [*called, *program.with_operand(ValueOp.RAISE, named)]:
            scope = program.scopes[row]
            if self._survey.complexity[scope] == 1 and self._is_method(scope):
                yield scope

    def _is_method(self, node: int) -> bool:
        kind, parent = self._survey.kind, self._survey.lexical_parent[node]
        return bool(IS_CALLABLE[kind[node]]) and parent != NO_NODE and bool(IS_TYPE[kind[parent]])

    def _word(self, node: int) -> int:
        return self._survey.bound_as.get(node, self._survey.name[node])

    def _below(self, node: int) -> tuple[int, ...]:
        """The methods of classes below that are not abstract again."""
        survey, word = self._survey, self._word(node)
        below = self._flow.evaluator.classes.below(survey.lexical_parent[node])
        entries = [entry for cls in below for entry in survey.entries(cls, word)]
        found = {entry & PAYLOAD for entry in entries if entry >> 56 == DEFINED}
        return tuple(sorted([each for each in found - self._methods if IS_CALLABLE[survey.kind[each]]]))

    def not_entered(self, several: Sequence[int], targets: Iterable[int]) -> list[int]:
        """Which of the definitions that rows lead to that say one call are only declared there."""
        chosen = [target for target in targets if target in self.overridden]
        return [target for target in chosen if not any(self._enters(row, target) for row in several)]

    def _enters(self, row: int, method: int) -> bool:
        """Whether something that is not the class of an instance leads from a row to a method, or an instance that is made."""
        explained = False
        for value in self._values(row, method):
            cls = self._leads(value, method)
            if cls is not None and self.may_be(cls, method):
                return True
            explained |= cls is not None
        return not explained

    def _values(self, row: int, method: int) -> Iterator[int]:
        """What a row calls, or the syntax or a built-in asks for a method there; of a static one, which does not say whom it is
        taken from, the instances that it is.
        """
        flow, at = self._flow, 4 * row
        callee = flow.rows[at + 1]
        owners = flow.cells.held(flow.rows[4 * callee + 1]) if self._is_static_member(callee, method) else []
        if owners and all(value & TAG == INSTANCE for value in owners):
            yield from owners
        else:
            yield from flow.cells.held(callee)
        if flow.rows[at] in CALLS:
            for term in flow.calls.arguments(row)[1::2]:
                yield from flow.cells.held(term)

    def _is_static_member(self, term: int, method: int) -> bool:
        return term > 0 and self._flow.rows[4 * term] == ValueOp.ATTRIBUTE and self._flow.is_static(method)

    def _leads(self, value: int, method: int) -> int | None:
        """The class of an instance by which a value leads to a method, -1 where it does so without one, None where it does not."""
        flow, tag = self._flow, value & TAG
        if tag == INSTANCE:
            return value >> SHIFT if self._has(value >> SHIFT, method) else None
        if tag == FUNCTION:
            return -1 if flow.contexts.origin(value >> SHIFT) == method else None
        if tag != BOUND:
            return None
        node, receiver = flow.cells.pairs[value >> SHIFT]
        if flow.contexts.origin(node) != method:
            return None
        return receiver >> SHIFT if receiver & TAG == INSTANCE and self._has(receiver >> SHIFT, method) else -1

    def _has(self, cls: int, method: int) -> bool:
        """Whether the method is what a class has under its name."""
        members, word = self._flow.members, self._word(method)
        return (
            next((each for each in members.order(cls) if members.declared(each, word)), -1) == self._survey.lexical_parent[method]
        )

    def may_be(self, cls: int, method: int) -> bool:
        """Whether an instance of a class that has nothing but the abstract method is made."""
        if cls < 0:
            return True
        return cls in self._flow.made and not (method in self._decorated and self._flow.members.is_abstract(cls))
