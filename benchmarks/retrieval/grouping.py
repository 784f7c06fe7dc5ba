"""Which candidates of many questions share a file, and which a module; and which place each module's hit is shown by.

Rows are candidates, question by question and ascending by node. Files are runs of rows; a module in several forms (decision 331) is
several such runs, which need not lie beside each other. Invariant: the lists are those that `spread` folds, without making them.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.query.spread import MOST_FURTHER
from retrieval.evidence import Evidence
from retrieval.scoring import bears

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Lists(NamedTuple):
    """What stands in the lists, by module; modules none of whose candidates is in a short list have 0 and are never shown."""

    best: Floats
    """Score of the best place."""
    first: Ints
    """Its row: equal modules stand in the order of these."""
    file: Ints
    """The file that is opened."""
    shown_place: Ints
    """Where among the module's places, by score, the one stood that is shown first."""


class Grouping:
    """Of all rows."""

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        sizes = [len(one.nodes) for one in evidence]
        self.questions: Ints = np.repeat(np.arange(len(evidence)), sizes)
        """Of each row."""
        files = _joined([one.files for one in evidence])
        modules = _joined([one.modules for one in evidence])
        begins = (np.diff(files, prepend=-1) != 0) | (np.diff(self.questions, prepend=-1) != 0)
        self.files: Ints = np.cumsum(begins) - 1
        """Of each row; numbered anew for each question."""
        self.file_count = int(begins.sum())
        firsts = np.flatnonzero(begins)
        self.file_of = _numbers(self.questions[firsts], files[firsts], len(evidence))
        """Number of a file in the graph → its number here, for each question."""
        width = int(modules.max(initial=0)) + 1
        keys, groups = np.unique(self.questions * width + modules, return_inverse=True)
        self.groups: Ints = groups
        """The module of each row."""
        self.count = len(keys)
        """Of modules."""
        self.question_of: Ints = keys // width
        """Of each module."""
        self.bounds: Ints = np.searchsorted(self.question_of, np.arange(len(evidence) + 1))
        """Where the modules of each question begin, and the last ones end."""
        self.order: Ints = np.argsort(groups, kind="stable")
        """Rows by module."""
        self.starts: Ints = np.searchsorted(groups[self.order], np.arange(self.count))
        """Where each module begins in that order."""
        self.module_of: Ints = groups[firsts]
        """Of each file."""
        self.leads: Mask = files == modules
        """The rows in the form of their module that is to be opened."""
        is_asked = np.bincount(self.module_of, minlength=self.count) > 1
        is_asked[groups[_wanted(evidence)]] = True
        self.is_asked: Mask = is_asked[groups]
        """The rows of modules of which it matters what leads: of several files, or with a definition that is wanted."""

    def lists(self, rows: Ints, scores: Floats, own: Floats, further_share: float) -> Lists:
        """`rows`: in the short lists, ascending; `scores`: of each of them; `own`: by what each leads its file."""
        groups = self.groups[rows]
        order = np.argsort(groups, kind="stable")
        starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
        present = groups[order][starts]
        best, first = np.zeros(self.count), np.full(self.count, len(self.groups), dtype=np.int64)
        if len(starts):
            best[present] = np.maximum.reduceat(scores[order], starts)
            places = np.where(scores == best[groups], rows, len(self.groups))
            first[present] = np.minimum.reduceat(places[order], starts)
        shown, place = first.copy(), np.zeros(self.count, dtype=np.int64)
        asked = np.flatnonzero(self.is_asked[rows])
        if asked.size:
            leading = np.where(self.leads[rows[asked]], own[asked], -np.inf)
            self._lead(_Places(rows[asked], scores[asked], leading), best, further_share, shown, place)
        return Lists(best, first, np.append(self.files, -1)[shown], place)

    def _lead(self, places: "_Places", best: Floats, further_share: float, shown: Ints, place: Ints) -> None:
        """Puts what leads a module before its other places, of those that are listed."""
        groups = self.groups[places.rows]
        order = np.lexsort((places.rows, -places.scores, groups))
        groups, scores = groups[order], places.scores[order]
        starts = np.flatnonzero(np.diff(groups, prepend=-1))
        at = np.arange(len(groups)) - np.repeat(starts, np.diff(starts, append=len(groups)))
        is_listed = (at <= MOST_FURTHER) & ((at == 0) | ((scores > 0) & (scores >= further_share * best[groups])))
        listed = np.flatnonzero(is_listed)
        listed = listed[np.lexsort((at[listed], -places.leading[order][listed], groups[listed]))]
        first = listed[np.diff(groups[listed], prepend=-1) != 0]
        shown[groups[first]], place[groups[first]] = places.rows[order][first], at[first]


class _Places(NamedTuple):
    rows: Ints
    scores: Floats
    leading: Floats


def _wanted(evidence: Sequence[Evidence]) -> Ints:
    """Rows of the definitions that are asked for by name."""
    marked = [one.question.is_name and bears(symbol, one.question.symbol) for one in evidence for symbol in one.symbols]
    return np.flatnonzero(np.array(marked, dtype=bool))


def _joined(parts: Sequence[NDArray[np.int64]]) -> Ints:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _numbers(questions: Ints, files: Ints, count: int) -> list[dict[int, int]]:
    found: list[dict[int, int]] = [{} for _ in range(count)]
    for number, (question, file) in enumerate(zip(questions.tolist(), files.tolist(), strict=True)):
        found[question][file] = number
    return found
