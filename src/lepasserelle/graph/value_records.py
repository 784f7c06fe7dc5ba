"""Calls that wait for their callee: what each gives whom, where its result goes, who is told. Each is kept once, in flat arrays.

A large program has half a million of them, most of a call and one of the many receivers that arrive there: as tuples under tuples
they were a tenth of all that linking held. Moves no value.
"""

from array import array
from typing import Final

WIDTH: Final = 5
"""Numbers of a record: cell, receiver, result, row, and the record that came before under the same hash (counted from 1)."""
_FIRST_BUCKETS: Final = 1 << 12
_GROWTH: Final = 4
_MOST_A_BUCKET: Final = 2
"""Records for each bucket, on the average, before there are `_GROWTH` times as many buckets."""

Arguments = tuple[int, ...]
"""(kind, term, …): kind 0 by position, a word by keyword, -1 `*`, -2 `**`."""


class Records:
    """A hash table with chains (Knuth, The Art of Computer Programming 3, 6.4) over columns of numbers, 28 bytes a record."""

    def __init__(self) -> None:
        self.arguments: list[Arguments] = []
        """By number what it gives."""
        self.columns = array("i")
        """`WIDTH` numbers of each, in the order in which `number` takes them."""
        self._latest = array("i", bytes(4 * _FIRST_BUCKETS))

    def __len__(self) -> int:
        return len(self.arguments)

    def __getitem__(self, number: int) -> tuple[Arguments, int, int, int]:
        """(arguments, receiver, result, row) of a record."""
        columns, at = self.columns, WIDTH * number
        return self.arguments[number], columns[at + 1], columns[at + 2], columns[at + 3]

    def number(self, cell: int, arguments: Arguments, receiver: int, result: int, row: int) -> int:
        """The number of a record, which is made where there is none like it."""
        bucket = hash((cell, arguments, receiver, result, row)) & (len(self._latest) - 1)
        columns, known = self.columns, self._latest[bucket]
        while known:
            at = WIDTH * (known - 1)
            is_same = columns[at + 1] == receiver and columns[at + 3] == row and columns[at] == cell and columns[at + 2] == result
            if is_same and self.arguments[known - 1] == arguments:
                return known - 1
            known = columns[at + 4]
        columns.extend((cell, receiver, result, row, self._latest[bucket]))
        self.arguments.append(arguments)
        self._latest[bucket] = len(self.arguments)
        if len(self.arguments) > _MOST_A_BUCKET * len(self._latest):
            self._grow()
        return len(self.arguments) - 1

    def _grow(self) -> None:
        columns, latest = self.columns, array("i", bytes(4 * _GROWTH * len(self._latest)))
        for number, arguments in enumerate(self.arguments):
            at = WIDTH * number
            cell, receiver, result, row = columns[at : at + 4]
            bucket = hash((cell, arguments, receiver, result, row)) & (len(latest) - 1)
            columns[at + 4], latest[bucket] = latest[bucket], number + 1
        self._latest = latest
