"""Which rows rest on cells to which more flows than is followed: what the syntax, or a built-in, calls there says nothing.

Reads a solved flow; decides no value. A call that is written is judged by its callee (`value_outcome`), not here.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from lepasserelle.graph.edges import OUTER
from lepasserelle.graph.value_cells import CONTAINER, METHOD, OUTSIDE, SHIFT, TAG
from lepasserelle.model.values import Container, Spread, ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

CALLS: Final = frozenset({int(ValueOp.CALL), int(ValueOp.NEW)})
LINE_IN: Final = {
    int(ValueOp.ATTRIBUTE): 3,
    int(ValueOp.ITEM): 3,
    int(ValueOp.PART): 3,
    int(ValueOp.ITERATE): 2,
    int(ValueOp.ENTER): 2,
    int(ValueOp.RAISE): 2,
    int(ValueOp.RESULT): 2,
    int(ValueOp.PROPERTY): 3,
    int(ValueOp.ELEMENT): 3,
}
"""Column that holds the line."""
_OF_ALL: Final = frozenset({"<builtin>.print"})
"""Built-ins that ask the same of all that they are given."""
_OF_HELD: Final = frozenset({"<builtin>.sorted", "<builtin>.max", "<builtin>.min"})
"""Built-ins that ask it of what the containers hold that they are given."""
_TEXTS: Final = frozenset({"__str__", "__repr__", "__format__"})
"""What a container asks of all that it holds when it is asked for it."""


def left_open(flow: "Flow", several: Sequence[int], targets: Iterable[int], vague: set[int]) -> list[int]:
    """Which of the definitions that rows enter that say one call are no more than candidates."""
    inside = [target for target in targets if target < OUTER]
    if not inside:
        return []
    for row in several:
        if _rests_on(flow, row, vague):
            return inside
    rows = flow.rows
    if rows[4 * several[0]] == ValueOp.ITEM and any(rows[4 * row + 2] in vague for row in several):
        names, hashing = flow.survey.name, flow.strings["__hash__"]  # the key says nothing about who has the item
        return [target for target in inside if names[target] == hashing]
    return []


def _rests_on(flow: "Flow", row: int, vague: set[int]) -> bool:
    """Whether one of these cells says which methods the syntax calls, or a built-in that is handed it; no call that is written."""
    rows, at = flow.rows, 4 * row
    operation, operand = rows[at], rows[at + 1]
    if operation in CALLS:
        return _asks_of(flow, row, vague)
    if operation == ValueOp.OPERATE:
        return operand in vague or (_is_text(flow, row) and _holds(flow, operand, vague))
    if operation == ValueOp.DISPLAY:  # hashes
        pairs = flow.extra[rows[at + 2] : rows[at + 2] + 2 * rows[at + 3]]
        hashed = zip(pairs[::2], pairs[1::2], strict=True)
        return any(term in vague and (key == Spread.KEY or rows[at + 1] & 7 == Container.SET) for key, term in hashed)
    return operand in vague and (operation in LINE_IN or operation == ValueOp.SET_ITEM)


def _is_text(flow: "Flow", row: int) -> bool:
    return flow.strings.texts[flow.extra[flow.rows[4 * row + 3]]] in _TEXTS


def _asks_of(flow: "Flow", row: int, vague: set[int]) -> bool:
    """Whether a built-in that a row calls asks one of these cells, or what is held there, for its method."""
    given, callee = flow.calls.arguments(row), flow.rows[4 * row + 1]
    if len(given) == 2 and given[1] in vague:
        return all(value & TAG in (OUTSIDE, METHOD) for value in flow.cells.held(callee))
    value = flow.cells.values[callee] if callee > 0 else None
    if not isinstance(value, int) or value & TAG != OUTSIDE:
        return False
    name = flow.outside_name(value)
    if name in _OF_ALL:
        return not vague.isdisjoint(given[1::2])
    return len(given) == 2 and name in _OF_HELD and _holds(flow, given[1], vague)


def _holds(flow: "Flow", term: int, vague: set[int]) -> bool:
    """Whether a container that a term holds, holds what one of these cells does."""
    return any(flow.items.all_of(value >> SHIFT) in vague for value in flow.cells.held(term) if value & TAG == CONTAINER)
