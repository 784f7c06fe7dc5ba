"""Looks words up in a generation's postings and ranks the nodes that hold them.

Not a query language: it is given weighted terms. Holds views of the mapped arrays and nothing of its own.
Invariant: results depend on the terms and the arrays only; equal scores stand in the order of their nodes.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lepasserelle.lexical.near import best_of, near_terms
from lepasserelle.lexical.scoring import IMPACT_SCALE
from lepasserelle.model import Sections
from lepasserelle.terms import QueryTerm, Vocabulary

Hits = tuple[NDArray[np.uint32], NDArray[np.float32]]


class Lexical:
    """BM25F over the sections that `build` made."""

    def __init__(self, sections: Sections) -> None:
        self._vocabulary = Vocabulary.of(sections)
        self._idf = np.asarray(sections["idf"], dtype=np.float32)
        self._indptr = np.asarray(sections["indptr"], dtype=np.uint64)
        self._nodes = np.asarray(sections["nodes"], dtype=np.uint32)
        self._impacts = np.asarray(sections["impacts"], dtype=np.uint16)
        self.node_count = int(sections["node_count"][0])
        self._last: tuple[Sequence[QueryTerm], dict[str, int | None]] = (), {}
        """The terms of the last question and their numbers, which it asks for four times."""

    def search(self, terms: Sequence[QueryTerm], limit: int, mask: NDArray[np.bool_] | None = None) -> Hits:
        """(nodes u32, scores f32) of the at most `limit` best nodes, best first. `mask`: which nodes may be found."""
        scores = np.zeros(self.node_count, dtype=np.float32)
        for number, weight in self._asked(terms):
            nodes, impacts = self._postings(number)
            scores[nodes] += impacts * np.float32(weight * float(self._idf[number]) / IMPACT_SCALE)
        if mask is not None:
            scores *= mask
        return best(scores, limit)

    def by_group(self, terms: Sequence[QueryTerm], groups: NDArray[np.uint32], group_count: int) -> NDArray[np.float32]:
        """A score for each group of nodes, shape (group_count,): each word counts once, where in the group it stands best.

        `groups`: the group of each node, ascending; nodes of group `group_count` and above take no part.
        """
        scores = np.zeros(group_count + 1, dtype=np.float32)
        for number, weight in self._asked(terms):
            nodes, impacts = self._postings(number)
            held = np.minimum(groups[nodes], group_count)
            is_first = np.ones(len(held), dtype=bool)  # `np.diff` with something prepended takes several times as long
            np.not_equal(held[1:], held[:-1], out=is_first[1:])
            starts = np.flatnonzero(is_first)
            strongest = np.maximum.reduceat(impacts, starts)
            scores[held[starts]] += strongest * np.float32(weight * float(self._idf[number]) / IMPACT_SCALE)
        return scores[:group_count]

    def idf(self, term: str) -> float | None:
        """How telling a term is in this project; None when nothing holds it."""
        known = self._last[1]
        number = known[term] if term in known else self._vocabulary.find(term)
        return None if number is None else float(self._idf[number])

    def near(self, term: str, limit: int) -> list[tuple[str, int]]:
        """(term, slips) of the at most `limit` terms that are written most like one that nothing holds. Reads all terms."""
        return best_of(near_terms(self._vocabulary, term), self._idf, limit)

    def _asked(self, terms: Sequence[QueryTerm]) -> list[tuple[int, float]]:
        """Numbers and weights of the terms that the project has."""
        asked: dict[int, float] = {}
        last, known = self._last
        if last != terms:
            known = {term: self._vocabulary.find(term) for term, _ in terms}
            self._last = tuple(terms), known
        for term, weight in terms:
            if (number := known[term]) is not None:
                asked[number] = max(weight, asked.get(number, 0.0))
        return list(asked.items())

    def _postings(self, number: int) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
        start, end = int(self._indptr[number]), int(self._indptr[number + 1])
        return self._nodes[start:end], self._impacts[start:end]


def best(scores: NDArray[np.float32], limit: int) -> Hits:
    """The `limit` largest positive scores, descending, equal ones by ascending node."""
    found = np.flatnonzero(scores > 0)
    if limit <= 0 or not found.size:
        return np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.float32)
    values = scores[found]
    if found.size > limit:
        bar = np.partition(values, found.size - limit)[found.size - limit]
        kept = values >= bar
        found, values = found[kept], values[kept]
    order = np.argsort(-values, kind="stable")[:limit]
    return found[order].astype(np.uint32), values[order]
