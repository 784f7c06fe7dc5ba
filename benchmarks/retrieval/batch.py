"""The gains of many questions at once: what `replay.gain` says of each, computed over arrays of all their candidates.

A search for weights asks thousands of settings; a question at a time that is an hour, all at once minutes. Not another formula: the
operations are those of `replay`, in the same order, and `nested` checks what it reports against that. Invariant: rows are
candidates, question by question and ascending by node; a group is what is one hit, the candidates of one module of one question.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.query.describing import IS_THE_NAME
from lepasserelle.query.handing import HANDING, MOST_HANDED
from lepasserelle.query.versions import superseded
from lepasserelle.query.weights import Weights
from retrieval.evidence import LOWERING, SAID, Evidence
from retrieval.grouping import Grouping
from retrieval.judging import Definitions, Targets, columns
from retrieval.replay import RETRIEVED, Setting
from retrieval.scoring import DEPTH

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

_LISTS_KEPT: Final = 64
"""Short lists that are remembered: most moves of a search leave them as they are."""


class _Short(NamedTuple):
    """The rows in the short lists, and what only depends on which these are."""

    rows: Ints
    older: Mask
    forms: Mask
    unlike: Floats
    """How far the question of each row is no name of any of its rows."""
    places: tuple[Ints, Ints]
    """Question and place within it, of each row."""
    calls: tuple[Ints, Ints, Mask]
    """Caller and callee, places among the rows; whether they bear one name."""
    known: dict[str, NDArray[Any]]
    """What is known of each row."""


class Batch:
    """Questions whose gains are computed together."""

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        self._evidence = evidence
        sizes = [len(one.nodes) for one in evidence]
        self._bounds = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        self._grouping = Grouping(evidence)
        self._questions = self._grouping.questions
        self._place = np.arange(len(self._questions)) - self._bounds[self._questions]
        self._known: dict[str, NDArray[Any]] = {name: self._joined(partial(_known, name)) for name in _KNOWN}
        self._older_pairs = self._pairs(_newer)
        self._form_pairs = self._pairs(lambda one: one.bases)
        self._call_pairs()
        self._files, self._definitions = Targets(self._grouping, evidence), Definitions(self._grouping, evidence)
        self._short = lru_cache(maxsize=_LISTS_KEPT)(self._short_lists)

    def gains(self, setting: Setting) -> Floats:
        """Of each question."""
        weights = setting.weights
        short = self._short(*(getattr(weights, name) for name in _CHOOSING))
        scores, own = self._scores(short, setting)
        lists = self._grouping.lists(short.rows, scores, own, weights.further_share)
        result = self._files.gains(lists)
        self._definitions.add_gains(result, short.rows, scores, lists, weights.further_share)
        return result

    def _scores(self, short: _Short, setting: Setting) -> tuple[Floats, Floats]:
        """Of each row, and by what it leads its file."""
        weights, known = setting.weights, short.known
        counted = np.where(known["is_symbol"], weights.meaning * weights.symbol_meaning, weights.meaning)
        strength = np.zeros(len(short.rows))
        for name in SAID:
            strength = strength + (counted if name == "meaning" else getattr(weights, name)) * known[name]
        strength = strength * _nature(short, setting)
        outright = _by_name(known, weights) + weights.spelled_name * known["spelled_name"]
        outright = outright + weights.exact_name * known["placed"] + weights.named_file * known["lift"]
        scores = strength * (1.0 + weights.extent * short.unlike * known["extents"]) + outright
        handed = self._handed(short, weights, scores)
        scores = np.asarray(scores + handed, dtype=np.float64)
        if weights.extent == 0:
            return scores, scores
        as_types = np.maximum(setting.by_kind[known["kinds"]], 1.0)
        return scores, np.where(known["describes"], strength / as_types + outright + handed, scores)

    def _handed(self, short: _Short, weights: Weights, scores: Floats) -> Floats:
        callers, callees, is_namesake = short.calls
        if not callers.size or weights.callee == weights.namesake == 0:
            return np.zeros(len(scores))
        table = np.full((len(self._evidence), int(short.places[1].max()) + HANDING + 1), -np.inf)
        table[short.places] = scores
        least = -np.partition(-table, HANDING - 1, axis=1)[:, HANDING - 1]
        given = scores[callers]
        hands = (given >= least[short.places[0][callers]]) & (given > 0)
        share = np.where(is_namesake, weights.namesake, weights.callee) * np.minimum(given, MOST_HANDED)
        return np.bincount(callees[hands], weights=share[hands], minlength=len(scores)).astype(np.float64)

    def _kept(self, chosen: dict[str, float]) -> Mask:
        """The rows in the short lists: `replay.short_list` of each question."""
        hope = self._hope(chosen)
        table = np.full((len(self._evidence), int(self._place.max()) + 1), -np.inf)
        table[self._questions, self._place] = hope
        length = min(max(int(chosen["short_list"]), 4 * DEPTH), table.shape[1])
        least = -np.partition(-table, length - 1, axis=1)[:, [length - 1]]
        equal = table == least
        room = length - np.count_nonzero(table > least, axis=1, keepdims=True)
        kept: Mask = ((table > least) | (equal & (np.cumsum(equal, axis=1) <= room)))[self._questions, self._place]
        of = self._grouping
        first, best = self._bests(hope)
        groups = np.bincount(of.question_of, np.maximum.reduceat(kept[of.order], of.starts), len(self._evidence))
        for number in np.flatnonzero(groups < 2 * DEPTH).tolist():
            start, end = of.bounds[number : number + 2].tolist()
            order = np.lexsort((first[start:end], -best[start:end]))
            kept[first[start:end][order[: 2 * DEPTH]]] = True
        return kept

    def _hope(self, chosen: dict[str, float]) -> Floats:
        known = self._known
        counted = np.where(known["is_symbol"], chosen["meaning"] * chosen["symbol_meaning"], chosen["meaning"])
        hope = np.zeros(len(self._questions))
        for name in RETRIEVED:
            hope = hope + (counted if name == "meaning" else chosen[name]) * known[name]
        hope = hope + chosen["exact_name"] * np.where(known["is_sentence"], known["quoted_name"], known["exact_name"])
        return np.asarray(hope + (chosen["exact_name"] * known["placed"] + chosen["named_file"] * known["lift"]))

    def _bests(self, hope: Floats) -> tuple[Ints, Floats]:
        """Of each group the row that hopes most, the first of equals, and how much."""
        of = self._grouping
        best = np.maximum.reduceat(hope[of.order], of.starts)
        rows = np.where(hope == best[of.groups], np.arange(len(hope)), len(hope))
        return np.minimum.reduceat(rows[of.order], of.starts), best

    def _short_lists(self, *chosen: float) -> _Short:
        rows = np.flatnonzero(self._kept(dict(zip(_CHOOSING, chosen, strict=True))))
        files = self._grouping.files[rows]
        present = np.zeros(self._grouping.file_count, dtype=bool)
        present[files] = True
        questions = self._questions[rows]
        first = np.searchsorted(questions, np.arange(len(self._evidence)))
        place = np.full(len(self._questions), -1)
        place[rows] = np.arange(len(rows))
        callers, callees, is_namesake = self._called
        kept = (place[callers] >= 0) & (place[callees] >= 0)
        return _Short(
            rows,
            _marked(self._older_pairs, present)[files],
            _marked(self._form_pairs, present)[files] & (self._known["likeness"][rows] < IS_THE_NAME),
            self._unlike(rows, questions),
            (questions, np.arange(len(rows)) - first[questions]),
            (place[callers[kept]], place[callees[kept]], is_namesake[kept]),
            {name: values[rows] for name, values in self._known.items()},
        )

    def _unlike(self, rows: Ints, questions: Ints) -> Floats:
        named = np.zeros(len(self._evidence))
        np.maximum.at(named, questions, self._known["likeness"][rows])
        return np.asarray(1.0 - named[questions], dtype=np.float64)

    def _joined(self, of: Callable[[Evidence], NDArray[np.generic]]) -> NDArray[np.generic]:
        return np.concatenate([of(one) for one in self._evidence])

    def _pairs(self, of: Callable[[Evidence], dict[int, frozenset[int]]]) -> tuple[Ints, Ints]:
        found = [
            (files[file], files[other])
            for one, files in zip(self._evidence, self._grouping.file_of, strict=True)
            for file, others in of(one).items()
            for other in others
        ]
        return columns(found)

    def _call_pairs(self) -> None:
        found = [
            (first + at, first + callee, is_namesake)
            for one, first in zip(self._evidence, self._bounds.tolist(), strict=False)
            for at, called in enumerate(one.called)
            for callee, is_namesake in called
        ]
        callers, callees = columns([row[:2] for row in found])
        self._called = callers, callees, np.array([row[2] for row in found], dtype=bool)


_CHOOSING: Final = (
    "words",
    "meaning",
    "file_words",
    "file_meaning",
    "symbol_meaning",
    "exact_name",
    "named_file",
    "short_list",
)
"""Weights that the short list depends on."""


_NAMED: Final = ("exact_name", "bare_name", "folded_name", "quoted_name", "spelled_name")
_MULTIPLIED: Final = tuple(name for name in LOWERING if name != "older")
_OF_A_QUESTION: Final = ("is_sentence", "is_symbol", "describes")
_KNOWN: Final = (
    *SAID,
    *_NAMED,
    *_MULTIPLIED,
    "placed",
    "lift",
    "kinds",
    "wanted",
    "calls",
    "file_calls",
    "likeness",
    "extents",
    *_OF_A_QUESTION,
)


def _known(name: str, one: Evidence) -> NDArray[Any]:
    """Of each candidate."""
    for found in (one.said, one.named, one.lowered):
        if name in found:
            return found[name]
    value = getattr(one, name)
    return np.full(len(one.nodes), value) if name in _OF_A_QUESTION else value


def _by_name(known: dict[str, NDArray[Any]], weights: Weights) -> Floats:
    plain = weights.exact_name * known["exact_name"] + weights.bare_name * known["bare_name"]
    plain = plain + weights.folded_name * known["folded_name"]
    return np.where(known["is_sentence"], weights.quoted_name * known["quoted_name"], plain)


def _nature(short: _Short, setting: Setting) -> Floats:
    weights, known = setting.weights, short.known
    factor: Floats = setting.by_kind[known["kinds"]]
    factor = np.where(known["wanted"], np.maximum(factor, 1.0) * weights.wanted_kind, factor)
    for name in LOWERING:
        weight = getattr(weights, name)
        if weight != 1.0:
            factor = np.where(short.older if name == "older" else known[name], factor * weight, factor)
    factor = factor * (1.0 + weights.calls * known["calls"] + weights.file_calls * known["file_calls"])
    return np.where(short.forms, factor * weights.variant, factor)


def _newer(one: Evidence) -> dict[int, frozenset[int]]:
    """Of each file that is older than others, and not asked for by its version: those others."""
    found = superseded(one.paths) if one.has_versions else {}
    return {
        file: frozenset(other for other, path in one.paths.items() if file in superseded({file: one.paths[file], other: path}))
        for file, version in found.items()
        if version not in one.asked
    }


def _marked(pairs: tuple[Ints, Ints], present: Mask) -> Mask:
    """The firsts of those pairs of which both are present."""
    marked = np.zeros(len(present), dtype=bool)
    marked[pairs[0][present[pairs[0]] & present[pairs[1]]]] = True
    return marked
