"""Lines that were counted and are made when they are asked for: of ten thousand lines a page has room for some.

Not how lines are found (`query.literal`). Invariant: as long, and with the same lines, as if all had been made at once.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import overload

import msgspec

from lepasserelle.model import TextMatch


class CountedFile(msgspec.Struct, frozen=True):
    """A file of which only the number of lines is known."""

    path: str
    lines: Callable[[], Iterator[TextMatch]]
    """Makes them, from the first one on."""
    count: int
    """So many of them are meant."""


class LaterLines(Sequence[TextMatch]):
    """Some lines that are there, and behind them those of files that were counted."""

    def __init__(self, made: list[TextMatch], counted: Sequence[CountedFile]) -> None:
        self._made = made
        self._counted = counted
        self._begins = [len(made)]
        for file in counted:
            self._begins.append(self._begins[-1] + file.count)
        self._lines_of = lru_cache(maxsize=1)(lambda number: [*islice(counted[number].lines(), counted[number].count)])

    @property
    def file_count(self) -> int:
        """How many files they are in."""
        return len({match.path for match in self._made} | {file.path for file in self._counted})

    def __len__(self) -> int:
        return self._begins[-1]

    @overload
    def __getitem__(self, at: int) -> TextMatch: ...
    @overload
    def __getitem__(self, at: slice) -> list[TextMatch]: ...
    def __getitem__(self, at: int | slice) -> TextMatch | list[TextMatch]:
        numbers = range(len(self))[at]
        return self._line(numbers) if isinstance(numbers, int) else [self._line(number) for number in numbers]

    def _line(self, number: int) -> TextMatch:
        if number < len(self._made):
            return self._made[number]
        file = bisect_right(self._begins, number) - 1
        lines = self._lines_of(file)
        return lines[number - self._begins[file]]
