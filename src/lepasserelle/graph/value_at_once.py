"""Rows that do nothing but to watch an operand, set up together: most of what is asked for in the first rounds is such a row.

What a round asks for is a set (`value_rounds`), so the order in which it is set up does not count, and columns of numbers take a
fifth of the time that a call for each row takes.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np

from lepasserelle.graph.value_cells import Act
from lepasserelle.graph.value_rounds import Rounds
from lepasserelle.model.values import ValueOp

FEWEST: Final = 256
"""Rows of a round that are worth columns."""
NONE: Final = -1
ITSELF: Final = 0
"""In place of a column: the number of the row, as nobody asks for its operation."""

Handler = Callable[[int, int, int, int], None]
"""What to call with a row and its columns."""


class Watching(NamedTuple):
    """What a row does once it is asked for: `act` on each value of an operand, the first or (of a row that names what else it needs
    first) the second, with the number of the row and that in a column.
    """

    act: Act
    operand: int = 1
    second: int = NONE

    def one(self, watch: Callable[[int, Act, int, int], None]) -> Handler:
        """What sets up one such row."""
        act, operand, second = self
        if operand == 2:
            return lambda term, a, b, _c: watch(b, act, term, a)
        if second == NONE:
            return lambda term, a, _b, _c: watch(a, act, term, 0)
        if second == ITSELF:
            return lambda term, a, _b, _c: watch(a, act, term, term)
        if second == 2:
            return lambda term, a, b, _c: watch(a, act, term, b)
        return lambda term, a, _b, c: watch(a, act, term, c)


class AtOnce:
    """Sets up what is asked for together in a program."""

    def __init__(self, cells: Rounds, rows: "array[int]", watching: dict[ValueOp, Watching]) -> None:
        self._cells, self._rows = cells, rows
        count = max(ValueOp) + 1
        self._acts = np.zeros(count, dtype=np.uint16)
        self._operands, self._seconds = np.zeros(count, dtype=np.int8), np.full(count, NONE, dtype=np.int8)
        for operation, (act, operand, second) in watching.items():
            self._acts[operation] = cells.number_of(act)
            self._operands[operation] = operand
            self._seconds[operation] = second
        cells.set_up_at_once = self.set_up

    def set_up(self, asked: Sequence[int]) -> Iterable[int]:
        """Set up rows that watch what holds nothing so far. Returns the others."""
        if len(asked) < FEWEST:
            return asked
        terms = np.fromiter(asked, dtype=np.int64, count=len(asked))
        table = np.frombuffer(self._rows, dtype=np.int32).reshape(-1, 4)[terms]
        operations = table[:, 0]
        each = np.arange(len(table))
        operands = np.where(self._operands[operations] > 0, table[each, self._operands[operations]], 0)
        columns = self._seconds[operations]
        seconds = np.where(columns == ITSELF, terms, np.where(columns > 0, table[each, columns], 0))
        chosen = np.flatnonzero(operands > 0)
        chosen = chosen[self._cells.are_empty(operands[chosen])]
        self._cells.watch_empty(operands[chosen], self._acts[operations[chosen]], terms[chosen], seconds[chosen])
        rest: list[int] = np.delete(terms, chosen).tolist()
        return rest

    def watch(self, rows: Sequence[int], act: Act) -> None:
        """Act, with the number of its row, on each value of the first operand of rows."""
        columns = np.frombuffer(self._rows, dtype=np.int32).reshape(-1, 4)
        numbers = np.array(rows, dtype=np.int64)
        operands = columns[numbers, 1]
        del columns
        is_empty = operands > 0
        is_empty[is_empty] = self._cells.are_empty(operands[is_empty])
        acts = np.full(len(numbers), self._cells.number_of(act), dtype=np.uint16)
        self._cells.watch_empty(
            operands[is_empty], acts[is_empty], numbers[is_empty], np.zeros(int(is_empty.sum()), dtype=np.int64)
        )
        for operand, row in zip(operands[~is_empty].tolist(), numbers[~is_empty].tolist(), strict=True):
            self._cells.watch(operand, act, row)
