"""What lists are worth to many questions at once, by the scores of all their candidates: `scoring.judged` of each list that
`spread` folds, without making the lists.

A place is counted and not sorted for: how many stand before. Invariant: rows, files and modules as in `grouping`.
"""

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.query.spread import MOST_FURTHER
from retrieval.evidence import Evidence
from retrieval.grouping import Grouping, Lists
from retrieval.scoring import DEPTH, bears, covers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Targets:
    """NDCG@10 of those questions that ask for files."""

    def __init__(self, grouping: Grouping, evidence: Sequence[Evidence]) -> None:
        covering: list[tuple[int, int]] = []
        beside: list[tuple[int, int]] = []
        self._of: list[int] = []
        for number, one in enumerate(evidence):
            for target in () if one.question.is_name else one.question.targets:
                covering += [
                    (len(self._of), grouping.file_of[number][file]) for file, path in one.paths.items() if covers(target, path)
                ]
                beside += product([len(self._of)], range(*grouping.bounds[number : number + 2].tolist()))
                self._of.append(number)
        self._covering, self._beside = columns(covering), columns(beside)
        self._module_of = grouping.module_of
        self._count = len(evidence)
        asked = np.bincount(self._of, minlength=self._count)
        self._ideal = np.concatenate([[1.0], np.cumsum(_DISCOUNTS)])[np.minimum(asked, DEPTH)]

    def gains(self, lists: Lists) -> Floats:
        """What asks for no file has 0."""
        best = lists.best
        targets, files = self._covering
        groups = self._module_of[files]
        is_opened = lists.file[groups] == files
        targets, groups = targets[is_opened], groups[is_opened]
        score = np.zeros(len(self._of))
        np.maximum.at(score, targets, best[groups])
        first = np.full(len(self._of), np.iinfo(np.int64).max)
        is_best = best[groups] == score[targets]
        np.minimum.at(first, targets[is_best], lists.first[groups[is_best]])
        at, others = self._beside
        before = (best[others] > score[at]) | ((best[others] == score[at]) & (lists.first[others] < first[at]))
        place = np.bincount(at[before], minlength=len(self._of))
        worth = np.where((score > 0) & (place < DEPTH), _DISCOUNTS[np.minimum(place, DEPTH - 1)], 0.0)
        return np.asarray(np.bincount(self._of, weights=worth, minlength=self._count) / self._ideal, dtype=np.float64)


class Definitions:
    """Reciprocal rank of those questions that ask for a definition."""

    def __init__(self, grouping: Grouping, evidence: Sequence[Evidence]) -> None:
        wanted: list[tuple[int, int]] = []
        beside: list[tuple[int, int]] = []
        first = 0
        for number, one in enumerate(evidence):
            for at, symbol in enumerate(one.symbols if one.question.is_name else ()):
                if bears(symbol, one.question.symbol):
                    beside += product([len(wanted)], range(*grouping.bounds[number : number + 2].tolist()))
                    wanted.append((first + at, number))
            first += len(one.nodes)
        self._rows, self._of = columns(wanted)
        self._beside = columns(beside)
        self._row_count = first
        self._all_groups, self._groups = grouping.groups, grouping.groups[self._rows]
        starts = np.append(grouping.starts, first)
        spans = zip(starts[self._groups].tolist(), starts[self._groups + 1].tolist(), strict=True)
        self._neighbours = columns(
            pair for at, (start, end) in enumerate(spans) for pair in product([at], grouping.order[start:end].tolist())
        )

    def add_gains(self, gains: Floats, rows: Ints, scores: Floats, lists: Lists, further_share: float) -> None:
        """Into the gain of each question. A place counts those before it, folded ones too."""
        if not self._rows.size:
            return
        best, first = lists.best, lists.first
        groups = self._all_groups[rows]
        top = best[groups]
        shown = (scores > 0) & ((scores >= further_share * top) | (scores == top))
        sizes = np.minimum(np.bincount(groups[shown], minlength=len(best)), 1 + MOST_FURTHER)
        at, others = self._beside
        own = self._groups[at]
        ahead = (best[others] > best[own]) | ((best[others] == best[own]) & (first[others] < first[own]))
        files = np.bincount(at[ahead], minlength=len(self._rows))
        before = np.bincount(at[ahead], weights=sizes[others[ahead]], minlength=len(self._rows))
        inside = self._inside(rows, scores, shown)
        shown_place = lists.shown_place[self._groups]
        inside = np.where(inside == shown_place, 0, inside + (inside < shown_place))
        place = before + inside
        found = (inside <= MOST_FURTHER) & (files < DEPTH) & (place < DEPTH)
        np.maximum.at(gains, self._of[found], 1 / (place[found] + 1))

    def _inside(self, rows: Ints, scores: Floats, shown: Mask) -> Ints:
        """How many of its own module score more than each wanted row; more than may be where it is not shown."""
        full = np.full(self._row_count, -np.inf)
        full[rows[shown]] = scores[shown]
        at, others = self._neighbours
        own = full[self._rows]
        ahead = (full[others] > own[at]) | ((full[others] == own[at]) & (others < self._rows[at]))
        return np.where(own > 0, np.bincount(at[ahead], minlength=len(own)), MOST_FURTHER + 1)


_DISCOUNTS: Final = 1 / np.log2(np.arange(DEPTH) + 2.0)


def columns(rows: Iterable[Sequence[int]]) -> tuple[Ints, Ints]:
    """Two arrays of what comes in pairs."""
    table = np.array([*rows], dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]
