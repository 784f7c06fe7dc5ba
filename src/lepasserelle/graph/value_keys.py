"""The order of values that knows no number but those of definitions and rows, which keep their order whatever else there is.

Where a cell has no room for all that arrives in a round, the first by key are admitted. Texts stand for constants and what lies
outside, parts for pairs, and for containers that no row makes what they are made for.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from lepasserelle.graph.value_binding import BOUND_PARTIAL, METHOD_CALLER, NAMED_WRAP, PARTIAL_METHOD
from lepasserelle.graph.value_cells import (
    BOUND,
    CONSTANT,
    CONTAINER,
    FITTING,
    METHOD,
    OUTSIDE,
    PARENT,
    PARTIAL,
    PROPERTY,
    SHIFT,
    TAG,
)
from lepasserelle.graph.value_dispatch import GENERIC, REGISTER, REGISTER_FOR, TAKEN
from lepasserelle.graph.value_ecmascript import PROTOTYPE
from lepasserelle.graph.value_ecmascript_builtins import BIND

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

Key = tuple[Any, ...]
"""Comparable with every other one: what stands at a place is of the same kind where all before it is equal."""

_NUMBERED: Final = frozenset({GENERIC, REGISTER, PROTOTYPE, BIND})
"""First numbers of `PROPERTY` pairs whose second one is a definition (or, of `bind`, a number)."""


class Keys:
    """Keys of values and cells, each made once."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._known: dict[int, Key] = {}

    def in_order(self, values: Iterable[int]) -> list[int]:
        """Values by their keys."""
        return sorted(values, key=self.of)

    def of(self, value: int) -> Key:
        """The key of a value."""
        known = self._known.get(value)
        if known is None:
            known = self._known[value] = (value & TAG, *self._parts(value & TAG, value >> SHIFT))
        return known

    def _parts(self, tag: int, number: int) -> Key:
        flow = self._flow
        if tag == CONSTANT:
            return (flow.strings.texts[number],)
        if tag == OUTSIDE:
            return (flow.outside[number] & 7, flow.outside_name(OUTSIDE | number << SHIFT))
        if tag in (CONTAINER, PARTIAL):
            return self.of_cell(number)
        if tag in (BOUND, PARENT):
            first, second = flow.cells.pairs[number]
            return (first, self.of(second))
        if tag in (METHOD, FITTING):
            first, second = flow.cells.pairs[number]
            return (self.of(first), flow.strings.texts[second])
        if tag == PROPERTY:
            return self._of_property(*flow.cells.pairs[number])
        return (number,)

    def _of_property(self, kind: int, inner: int) -> Key:
        if kind in (NAMED_WRAP, METHOD_CALLER, PARTIAL_METHOD):
            return (kind, *self.of_cell(inner))
        if kind == BOUND_PARTIAL:
            site, receiver = self._flow.cells.pairs[inner >> SHIFT]
            return (kind, *self.of_cell(site), self.of(receiver))
        if kind == TAKEN:
            return (kind, self.of(BOUND | inner << SHIFT))
        if kind == REGISTER_FOR:
            node, value = self._flow.cells.pairs[inner]
            return (kind, node, self.of(value))
        return (kind, inner) if kind in _NUMBERED else (kind, self.of(inner))

    def of_cell(self, cell: int) -> Key:
        """The key of a row, or of a cell that no row makes by what it was made for."""
        if cell < self._flow.cells.terms:
            return (0, cell)
        origin = self._flow.cells.stand_for.get(cell) or self._flow.items.origin(cell)
        if origin is None:
            return (1, "", cell)
        what, around, *rest = origin
        return (1, what, *self.of_cell(around), *rest)
