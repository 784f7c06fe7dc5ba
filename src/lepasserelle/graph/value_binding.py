"""What a class holds as it is taken from an instance or from the class: bound, unwrapped, or run."""

from typing import TYPE_CHECKING

from lepasserelle.graph.shapes import ACCESSOR
from lepasserelle.graph.value_cells import BOUND, CLASS, FUNCTION, INSTANCE, PROPERTY, SHIFT, TAG
from lepasserelle.graph.value_dispatch import GENERIC

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

STATIC_WRAP, CLASS_WRAP, PROPERTY_WRAP, NAMED_WRAP, MAKES, MAKES_OF_FIRST, METHOD_CALLER = range(7)
"""What wraps a function in a class body: first number of a `PROPERTY` pair. The last three: `type.__call__`, `object.__new__`,
`operator.methodcaller(…)`."""
PARTIAL_METHOD, BOUND_PARTIAL = 24, 25
"""The same of `functools.partialmethod(…)` by its row, and taken from an instance: pair of that row and the instance."""


class Binding:
    """Binds what classes hold."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._cells = flow.cells

    def bind(self, value: int, term: int, receiver: int) -> None:
        """What a class holds, as taken from an instance or from the class itself."""
        tag, flow, cells = value & TAG, self._flow, self._cells
        of_instance = receiver & TAG == INSTANCE
        if tag == FUNCTION:
            node = value >> SHIFT
            if flow.is_static(node):
                cells.add(term, value)
            elif flow.of_class(node):
                owner = receiver if not of_instance else CLASS | receiver >> SHIFT << SHIFT
                cells.add(term, cells.pair(BOUND, node, owner))
            elif not of_instance:
                cells.add(term, value)
            elif flow.survey.flags[flow.contexts.origin(node)] & ACCESSOR:
                flow.calls.function(node, receiver, (), term, -1)
            else:
                cells.add(term, cells.pair(BOUND, node, receiver))
        elif tag == PROPERTY:
            self._unwrap(value, term, receiver)
        elif tag == INSTANCE and flow.members.has(value >> SHIFT, "__get__"):
            flow.descriptors.found(term, value, receiver)
        else:
            cells.add(term, value)

    def bind_of_metaclass(self, value: int, term: int, receiver: int) -> None:
        """What a metaclass holds, as taken from a class."""
        if value & TAG == FUNCTION:
            self._cells.add(term, self._cells.pair(BOUND, value >> SHIFT, receiver))

    def _unwrap(self, value: int, term: int, receiver: int) -> None:
        kind, inner = self._cells.pairs[value >> SHIFT]
        if kind == STATIC_WRAP:
            self._cells.add(term, inner)
        elif inner & TAG == FUNCTION and kind == CLASS_WRAP:
            owner = CLASS | receiver >> SHIFT << SHIFT
            self._cells.add(term, self._cells.pair(BOUND, inner >> SHIFT, owner))
        elif kind == GENERIC:
            self._cells.add(term, self._flow.dispatch.bound(inner, receiver))
        elif inner & TAG == FUNCTION and kind == PROPERTY_WRAP and receiver & TAG == INSTANCE:
            self._flow.calls.function(inner >> SHIFT, receiver, (), term, -1)
        elif kind == PARTIAL_METHOD and receiver & TAG == INSTANCE:
            bound = self._cells.pair(PROPERTY, inner, receiver)
            self._cells.add(term, self._cells.pair(PROPERTY, BOUND_PARTIAL, bound))
        else:
            self._cells.add(term, value)
