"""Tokens to the numbers of their sub-terms, remembered from file to file.

Not the vocabulary of an index: numbers mean something within one process only, and are forgotten when there are too many.
Invariant: what a token is cut into depends on the token alone; at most one file's tokens beyond `MAX_TOKENS` are remembered.
"""

import threading
from array import array
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from lepasserelle.terms.cutting import Cutter

MAX_TOKENS = 1 << 16
"""Django has 36 000 different ones. Between two files a fuller dictionary starts anew: about 10 MB at most."""

_LEAST_NEW = 256
"""Words more, beside a quarter, before all are put in order again."""


class Dictionary(dict[str, int]):
    """Token → number, given at first sight; the terms that it is cut into stand in one array, token after token."""

    def __init__(self) -> None:
        super().__init__()
        self._cutter = Cutter()
        self.words: list[str] = self._cutter.numbers.words
        """Term of each term number."""
        self._met: list[str] = []
        """Tokens that have a number and are not cut yet."""
        self._ends = array("q", [0])
        self._terms = array("q")
        self._ordered = np.zeros(0, dtype=np.intp)
        """Term numbers in the order of their words, of those that were known when it was last made."""
        self._ranks = np.zeros(0, dtype=np.intp)
        """Of each of them, its place there."""

    @classmethod
    def current(cls) -> "Dictionary":
        """The one of this thread, anew when it is full. To be asked once a file."""
        held: Dictionary | None = getattr(_held, "dictionary", None)
        if held is None or len(held) > MAX_TOKENS:
            held = _held.dictionary = cls()
        return held

    @classmethod
    def forget(cls) -> None:
        """Drop that of this thread: no file is going to be cut into terms for a while."""
        _held.dictionary = None

    def __missing__(self, token: str) -> int:
        number = self[token] = len(self)
        self._met.append(token)
        return number

    def cut(self, tokens: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """(term numbers of all tokens one after the other, how many of them are each token's)."""
        numbers = np.fromiter(map(self.__getitem__, tokens), dtype=np.intp, count=len(tokens))
        self._cut_met()
        ends = np.frombuffer(self._ends, dtype=np.int64)
        starts = ends.take(numbers)
        numbers += 1
        lengths = ends.take(numbers)
        lengths -= starts
        if not self._terms:
            return np.zeros(0, dtype=np.intp), lengths
        starts -= np.cumsum(lengths)
        starts += lengths
        at = np.repeat(starts, lengths)
        at += np.arange(len(at))
        return np.frombuffer(self._terms, dtype=np.int64).take(at), lengths

    def _cut_met(self) -> None:
        if self._met:
            start = len(self._terms)
            terms, ends = self._cutter.cut(self._met)
            self._terms.fromlist(terms)
            self._ends.fromlist([start + end for end in ends])
            self._met.clear()

    def ascending(self, numbers: NDArray[np.intp]) -> NDArray[np.intp]:
        """Term numbers, given ascending, in the order of their words. Words are compared where they are new: what was compared for
        the files before is remembered.
        """
        if len(self.words) > len(self._ranks) * 5 // 4 + _LEAST_NEW:
            self._order()
        bound = int(np.searchsorted(numbers, len(self._ranks)))
        known = self._ordered[np.sort(self._ranks[numbers[:bound]])]
        return known if bound == len(numbers) else self._merged(known, numbers[bound:].tolist())

    def _order(self) -> None:
        self._ordered = self._merged(self._ordered, range(len(self._ordered), len(self.words)))
        self._ranks = np.empty_like(self._ordered)
        self._ranks[self._ordered] = np.arange(len(self._ordered))

    def _merged(self, ordered: NDArray[np.intp], others: Iterable[int]) -> NDArray[np.intp]:
        """By their words; what is in order is seen to be (a run: Peters, Timsort, 2002)."""
        return np.array(sorted(chain(ordered.tolist(), others), key=self.words.__getitem__), dtype=np.intp)

    def are_stop_words(self, terms: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which of these term numbers are function words."""
        return terms < self._cutter.numbers.stops


_held = threading.local()
