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
        self.is_several: Mask = np.bincount(self.module_of, minlength=self.count)[groups] > 1
        """The rows of modules of which several files hold candidates."""

    def lists(self, rows: Ints, scores: Floats, further_share: float) -> Lists:
        """`rows`: in the short lists, ascending; `scores`: of each of them."""
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
        several = np.flatnonzero(self.is_several[rows])
        if several.size:
            self._lead(rows[several], scores[several], best, further_share, shown, place)
        return Lists(best, first, np.append(self.files, -1)[shown], place)

    def _lead(self, rows: Ints, scores: Floats, best: Floats, further_share: float, shown: Ints, place: Ints) -> None:
        """Puts the best place in the form to open before the others, where it is among those that are listed."""
        groups = self.groups[rows]
        order = np.lexsort((rows, -scores, groups))
        groups, scores, rows = groups[order], scores[order], rows[order]
        starts = np.flatnonzero(np.diff(groups, prepend=-1))
        at = np.arange(len(groups)) - np.repeat(starts, np.diff(starts, append=len(groups)))
        is_listed = (at <= MOST_FURTHER) & ((at == 0) | ((scores > 0) & (scores >= further_share * best[groups])))
        leading = np.flatnonzero(is_listed & self.leads[rows])
        leading = leading[np.diff(groups[leading], prepend=-1) != 0]
        shown[groups[leading]], place[groups[leading]] = rows[leading], at[leading]


def _joined(parts: Sequence[NDArray[np.int64]]) -> Ints:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _numbers(questions: Ints, files: Ints, count: int) -> list[dict[int, int]]:
    found: list[dict[int, int]] = [{} for _ in range(count)]
    for number, (question, file) in enumerate(zip(questions.tolist(), files.tolist(), strict=True)):
        found[question][file] = number
    return found
