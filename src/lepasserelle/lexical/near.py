"""Terms that are written like one that nothing holds: at most two slips away, and no shorter than a word has to be to be known by.

A slip is a letter too many, too few or another, or two neighbours exchanged (optimal string alignment: Damerau, 1964). Reads all of
a vocabulary, so it is for a question that found nothing. Invariant: deterministic; nearest first, of equals the ones in more
places.
"""

from collections.abc import Iterator

import numpy as np

from lepasserelle.terms import WHOLE, Vocabulary

_LEAST_CHARS = 4
_MOST_LETTER_BYTES = 4
_TWO_SLIPS_CHARS = 7
"""Shorter terms are one slip away from too many others."""


def near_terms(vocabulary: Vocabulary, term: str) -> Iterator[tuple[int, str, int]]:
    """(number, term, slips) of those like it, whole identifiers among them, in the order of their numbers."""
    if len(term) < _LEAST_CHARS:
        return
    most = 1 if len(term) < _TWO_SLIPS_CHARS else 2
    letters = set(term)
    size, reach = len(term.encode("utf-8", "replace")), most * _MOST_LETTER_BYTES
    for number in vocabulary.sized(size - reach, size + reach + len(WHOLE)).tolist():
        found = vocabulary[number]
        plain = found.removeprefix(WHOLE)
        if (
            len(plain) >= _LEAST_CHARS
            and plain != term
            and abs(len(plain) - len(term)) <= most
            and len(letters.symmetric_difference(plain)) <= 2 * most
        ):
            slips = _slips(term, plain)
            if slips <= most:
                yield number, found, slips


def _slips(one: str, other: str) -> int:
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        two_before, before, row = before, row, [i]
        for j, across in enumerate(other, start=1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != across))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == across:
                least = min(least, two_before[j - 2] + 1)
            row.append(least)
    return row[-1]


def best_of(
    found: Iterator[tuple[int, str, int]], idf: np.ndarray[tuple[int], np.dtype[np.float32]], limit: int
) -> list[tuple[str, int]]:
    """The nearest ones: (term, slips)."""
    nearest = sorted((slips, float(idf[number]), term) for number, term, slips in found)[:limit]
    return [(term, slips) for slips, _, term in nearest]
