"""Looks words up in a generation's postings and ranks the nodes that hold them.

Not a query language: it is given weighted terms. Holds views of the mapped arrays and nothing of its own.
Invariant: results depend on the terms and the arrays only; equal scores stand in the order of their nodes.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.foremost import foremost
from lepasserelle.lexical.near import best_of, near_terms
from lepasserelle.lexical.scoring import IMPACT_SCALE
from lepasserelle.model import Sections
from lepasserelle.terms import QueryTerm, Vocabulary

Hits = tuple[NDArray[np.uint32], NDArray[np.float32]]


_AT_ONCE: Final = 1 << 15
"""Postings that are added together, some ten bytes each: a call for each term takes longer than the few that most terms have."""


_HELD: Final = 1 << 13
"""So many are kept until they are asked for again: files are scored by the same ones as their nodes."""


class _Part(NamedTuple):
    """Postings of some terms, one behind the other."""

    nodes: NDArray[np.uint32]
    impacts: NDArray[np.uint16]
    factors: NDArray[np.float32]
    """What an impact is worth."""
    starts: list[int]
    """Where each term's begin."""


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
        self._held: tuple[Sequence[QueryTerm], _Part] | None = None
        """All postings of a question that is asked of nodes, for when it is asked of groups: then let go of."""

    def search(self, terms: Sequence[QueryTerm], limit: int, mask: NDArray[np.bool_] | None = None) -> Hits:
        """(nodes u32, scores f32) of the at most `limit` best nodes, best first. `mask`: which nodes may be found."""
        scores = np.zeros(self.node_count, dtype=np.float32)
        for part in self._parts(terms):
            np.add.at(scores, part.nodes, part.impacts * part.factors)
        if mask is not None:
            scores *= mask
        return best(scores, limit)

    def by_group(self, terms: Sequence[QueryTerm], groups: NDArray[np.uint32], group_count: int) -> NDArray[np.float32]:
        """A score for each group of nodes, shape (group_count,): each word counts once, where in the group it stands best.

        `groups`: the group of each node, ascending; nodes of group `group_count` and above take no part.
        """
        scores = np.zeros(group_count + 1, dtype=np.float32)
        for part in self._parts(terms):
            held = groups[part.nodes]
            if groups[-1] > group_count:  # they ascend
                np.minimum(held, group_count, out=held)
            is_first = np.ones(len(held), dtype=bool)  # `np.diff` with something prepended takes several times as long
            np.not_equal(held[1:], held[:-1], out=is_first[1:])
            is_first[part.starts] = True
            firsts = np.flatnonzero(is_first)
            strongest = np.maximum.reduceat(part.impacts, firsts)
            np.add.at(scores, held[firsts], strongest * part.factors[firsts])
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

    def _parts(self, terms: Sequence[QueryTerm]) -> Iterator[_Part]:
        """The postings of the terms that the project has, in their order, some of them at a time."""
        held, self._held = self._held, None
        if held is not None and held[0] == terms:
            yield held[1]
            return
        asked = [
            (int(self._indptr[number]), int(self._indptr[number + 1]), number, weight) for number, weight in self._asked(terms)
        ]
        while asked:
            count = 1
            total = asked[0][1] - asked[0][0]
            while count < len(asked) and (total := total + asked[count][1] - asked[count][0]) <= _AT_ONCE:
                count += 1
            part = self._part(asked[:count])
            if count == len(asked) and len(part.nodes) <= _HELD:
                self._held = tuple(terms), part
            yield part
            asked = asked[count:]

    def _part(self, asked: Sequence[tuple[int, int, int, float]]) -> _Part:
        sizes = [end - start for start, end, _, _ in asked]
        factors = [np.float32(weight * float(self._idf[number]) / IMPACT_SCALE) for _, _, number, weight in asked]
        return _Part(
            np.concatenate([self._nodes[start:end] for start, end, _, _ in asked]),
            np.concatenate([self._impacts[start:end] for start, end, _, _ in asked]),
            np.repeat(np.array(factors, dtype=np.float32), sizes),
            list(accumulate(sizes[:-1], initial=0)),
        )


def best(scores: NDArray[np.float32], limit: int) -> Hits:
    """The `limit` largest positive scores, descending, equal ones by ascending node."""
    found = foremost(scores, limit)
    return found.astype(np.uint32), scores[found]
