"""Which rows ask for which others, and from which round on, as far as that follows from the rows alone: what the handlers of
`value_flow` do when a row is set up. A row that is set up in round n asks for its operands, which are set up in round n + 1.
"""

from collections.abc import Iterator
from typing import Final

from lepasserelle.graph.value_contexts import ASKED_ROWS
from lepasserelle.graph.value_said import Said
from lepasserelle.model.values import Container, Spread, Test, ValueOp

ROOTS: Final = frozenset(map(int, ASKED_ROWS))
"""Rows that are asked for by the flow itself."""
FIRST: Final = 1
"""The round in which these are set up."""
_OF_FIRST: Final = frozenset({ValueOp.CALL, ValueOp.SET_ITEM, ValueOp.RAISE})
"""Rows whose first operand the flow itself asks for."""
_ONE: Final = frozenset(
    {
        int(op)
        for op in (
            ValueOp.CALL, ValueOp.ATTRIBUTE, ValueOp.PART, ValueOp.ITERATE, ValueOp.ENTER, ValueOp.OPERATE, ValueOp.RAISED,
            ValueOp.SHARED, ValueOp.DECORATE, ValueOp.RESULT,
        )
    }
)  # fmt: skip
"""Rows that ask for their first operand when they are set up."""
_WITHOUT_CLASSES: Final = frozenset({Test.CALLABLE, Test.HAS, Test.TRUE, Test.OF_TYPE, Test.ARRAY})


def is_root(row: Said) -> bool:
    """Whether the flow itself asks for a row: also for displays that may hash what they hold."""
    if row.operation != ValueOp.DISPLAY:
        return row.operation in ROOTS
    kind, keys, terms = row.columns[0] & 3, row.given[::2], row.given[1::2]
    if kind == Container.DICT:
        return Spread.KEY in keys
    return kind == Container.SET and any(term > 0 for term in terms)


def asked_by(row: Said, since: int, returned_since: int) -> Iterator[tuple[int, int]]:
    """(term, round in which it is set up at the latest) of what a row asks for, whatever it holds. `since`: the round in which the
    row itself was, 0 for never; `returned_since`: that in which somebody first asked for what its function returns, -1 for never.
    """
    first = row.columns[0]
    if row.operation in _OF_FIRST and first > 0:
        yield first, FIRST
    if row.operation == ValueOp.RETURN and first > 0 and returned_since >= 0:
        yield first, returned_since + 1
    for term in _operands(row) if since else ():
        if term > 0:
            yield term, since + 1


def asks_first_for(row: Said, term: int) -> bool:
    """Whether the flow itself asks for a term since a row has it as its first operand."""
    return row.operation in _OF_FIRST and row.columns[0] == term


def _operands(row: Said) -> Iterator[int]:
    operation = row.operation
    if operation in _ONE:
        yield row.columns[0]
    elif operation == ValueOp.ITEM:
        yield from row.columns[:2]
    elif operation == ValueOp.PHI:
        yield from row.given
    elif operation == ValueOp.DISPLAY:
        yield from row.given[1::2]
    elif operation == ValueOp.COLLECT:
        yield row.columns[1]
        if row.columns[0] == Container.DICT:
            yield row.columns[2]
    elif operation == ValueOp.NARROW:
        yield from _tested(row)


def _tested(row: Said) -> Iterator[int]:
    test, negated = test_of(row)
    if test in _WITHOUT_CLASSES:
        yield row.columns[0]
    else:
        yield from row.given[:1] if negated else row.given


def test_of(row: Said) -> tuple[int, bool]:
    """What a `NARROW` row tests, and whether the test must not hold."""
    number = row.content[-1]
    assert isinstance(number, int)
    return number >> 1, bool(number & 1)


def asks_for_classes(row: Said) -> bool:
    """Whether the test of a `NARROW` row has classes or other values as operands."""
    return test_of(row)[0] not in _WITHOUT_CLASSES
