"""The list that a search gives, from evidence that was gathered once: what `rank` computes, for any setting of the weights.

Not a second ranking: the formula is the product's, and every question is checked against it. Invariant: the same floating-point
operations in the same order, so that equal scores are equal here, too.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lepasserelle.model import NodeKind
from lepasserelle.query.describing import IS_THE_NAME
from lepasserelle.query.handing import HANDING, MOST_HANDED
from lepasserelle.query.spread import folded
from lepasserelle.query.versions import superseded
from lepasserelle.query.weights import KIND_WEIGHTS, Weights
from retrieval.evidence import LOWERING, SAID, Evidence
from retrieval.scoring import DEPTH, ndcg, reciprocal_rank

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RETRIEVED = tuple(SAID)[:4]
"""What a short list is chosen by."""


@dataclass(frozen=True)
class Setting:
    """All that a search weighs with: the weights, and what each kind counts."""

    weights: Weights = field(default_factory=Weights)
    kinds: dict[NodeKind, float] = field(default_factory=lambda: dict(KIND_WEIGHTS))

    @cached_property
    def by_kind(self) -> Floats:
        """Of each kind, by its number."""
        return np.array([self.kinds.get(kind, 1.0) for kind in NodeKind])


def gain(evidence: Evidence, setting: Setting) -> float:
    """What a question is worth: NDCG@10 of the files, or of a question for a definition its reciprocal rank."""
    if not evidence.question.is_name:
        return ndcg(_files(evidence, setting), evidence.question.targets)
    places = replay(evidence, setting)
    symbols = [evidence.symbols[at] for first, further in places.items() for at in (first, *further)]
    return reciprocal_rank(symbols, evidence.question.symbol)


def _files(evidence: Evidence, setting: Setting) -> list[str]:
    """The files of the hits, best first."""
    return [evidence.paths[int(evidence.files[at])] for at in replay(evidence, setting)]


def replay(evidence: Evidence, setting: Setting) -> dict[int, list[int]]:
    """The candidates that are the hits, best first, each with those that are folded under it."""
    scores, own, kept = scored(evidence, setting)
    modules = evidence.modules[kept]
    leading = np.where(evidence.files[kept] == modules, own, -np.inf)
    places = folded(scores, modules, DEPTH, setting.weights.further_share, leading)
    return {int(kept[at]): kept[further].tolist() for at, further in places.items() if scores[at] > 0}


def scored(evidence: Evidence, setting: Setting) -> tuple[Floats, Floats, Ints]:
    """(Scores of the short list, by what each leads its file, the candidates in it)."""
    weights = setting.weights
    meaning = weights.meaning * (weights.symbol_meaning if evidence.is_symbol else 1.0)
    said = [(meaning if name == "meaning" else getattr(weights, name)) * values for name, values in evidence.said.items()]
    has_places = bool(evidence.lift.any())
    kept = short_list(evidence, weights)
    strength = np.sum(np.stack([values[kept] for values in said]), axis=0) * _nature(evidence, setting, kept)
    outright = _named(evidence, weights, kept) + weights.spelled_name * evidence.named["spelled_name"][kept]
    if has_places:
        outright = outright + weights.exact_name * evidence.placed[kept] + weights.named_file * evidence.lift[kept]
    if not evidence.describes or weights.extent == 0 or not len(kept):
        scores = strength + outright
        scores = scores + _handed(evidence, weights, kept, scores)
        return scores, scores, kept
    longer = weights.extent * (1.0 - evidence.likeness[kept].max()) * evidence.extents[kept]
    scores = strength * (1.0 + longer) + outright
    handed = _handed(evidence, weights, kept, scores)
    as_types = np.maximum(setting.by_kind[evidence.kinds[kept]], 1.0)
    return scores + handed, strength / as_types + outright + handed, kept


def _named(evidence: Evidence, weights: Weights, kept: Ints) -> Floats:
    named = evidence.named
    if evidence.is_sentence:
        return np.asarray(weights.quoted_name * named["quoted_name"][kept], dtype=np.float64)
    exact = weights.exact_name * named["exact_name"][kept]
    return np.asarray(exact + weights.bare_name * named["bare_name"][kept] + weights.folded_name * named["folded_name"][kept])


def short_list(evidence: Evidence, weights: Weights) -> Ints:
    """The candidates whose names and paths are read, ascending."""
    meaning = weights.meaning * (weights.symbol_meaning if evidence.is_symbol else 1.0)
    said = [(meaning if name == "meaning" else getattr(weights, name)) * evidence.said[name] for name in RETRIEVED]
    hope = sum(said, np.zeros(len(evidence.nodes)))
    exact = evidence.named["quoted_name"] if evidence.is_sentence else evidence.named["exact_name"]
    hope = hope + weights.exact_name * exact
    if evidence.lift.any():
        hope += weights.exact_name * evidence.placed + weights.named_file * evidence.lift
    length = max(weights.short_list, 4 * DEPTH)
    order = np.argsort(-hope, kind="stable")
    if len(order) <= length:
        return np.sort(order)
    firsts = np.sort(np.unique(evidence.modules[order], return_index=True)[1])
    if np.count_nonzero(firsts < length) >= 2 * DEPTH:
        return np.sort(order[:length])
    return np.union1d(order[:length], order[firsts[: 2 * DEPTH]])


def _nature(evidence: Evidence, setting: Setting, kept: Ints) -> Floats:
    weights, files = setting.weights, evidence.files[kept]
    factor: Floats = setting.by_kind[evidence.kinds[kept]]
    wanted = evidence.wanted[kept]
    if wanted.any():
        factor = np.where(wanted, np.maximum(factor, 1.0) * weights.wanted_kind, factor)
    for name in LOWERING:
        applies = _older(evidence, files) if name == "older" else evidence.lowered[name][kept]
        if applies is not None:
            factor = np.where(applies, factor * getattr(weights, name), factor)
    factor = factor * (1.0 + weights.calls * evidence.calls[kept] + weights.file_calls * evidence.file_calls[kept])
    if evidence.bases:
        present = set(files.tolist())
        forms = [file for file, bases in evidence.bases.items() if file in present and not present.isdisjoint(bases)]
        is_form = np.isin(files, forms) & (evidence.likeness[kept] < IS_THE_NAME)
        factor = np.where(is_form, factor * weights.variant, factor)
    return factor


def _older(evidence: Evidence, files: Ints) -> NDArray[np.bool_] | None:
    if not evidence.has_versions:
        return None
    found = superseded({file: evidence.paths[file] for file in set(files.tolist())})
    return np.isin(files, [file for file, version in found.items() if version not in evidence.asked])


def _handed(evidence: Evidence, weights: Weights, kept: Ints, scores: Floats) -> Floats:
    got = np.zeros(len(kept))
    place = np.full(len(evidence.nodes), -1)
    place[kept] = np.arange(len(kept))
    for at in np.argsort(-scores, kind="stable")[:HANDING].tolist():
        if scores[at] <= 0:
            break
        handed = min(float(scores[at]), MOST_HANDED)
        for callee, is_namesake in evidence.called[kept[at]]:
            if place[callee] >= 0:
                got[place[callee]] += handed * (weights.namesake if is_namesake else weights.callee)
    return got
