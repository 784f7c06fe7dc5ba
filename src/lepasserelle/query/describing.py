"""How far a question describes a thing instead of naming it, and what then speaks for a definition: how much of it there is.

Who describes what code does is looking for where it is done, and a definition of eighty lines does more than one of two, whose few
words match a question by chance as easily: relevance grows with length beyond what normalising lets through (Singhal, Buckley and
Mitra, 1996). Who names a thing means that thing, however short. Not a retrieval. Invariant: pure; values from 0 on.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lepasserelle.query.naming import agreement, name_roots
from lepasserelle.query.retrieve import Candidates
from lepasserelle.query.seams import GraphTable
from lepasserelle.query.understand import KIND_WORDS, Question, Shape

Floats = NDArray[np.float64]
Roots = tuple[str, ...]

IS_THE_NAME = 0.99
"""Likeness from which on the question is the name, but for rounding: what bears it is meant, and not what is beneath it."""

_KIND_ROOTS = frozenset(root for word in KIND_WORDS for root in name_roots(word))


def gives_no_name(question: Question, found: Candidates) -> bool:
    """A sentence without anything in it that is the name or the path of a candidate."""
    return question.shape is Shape.SENTENCE and not (found.exact.any() or found.placed.any() or found.lift.any())


def extents(graph: GraphTable, nodes: NDArray[np.uint32]) -> Floats:
    """Common logarithm of the lines of each: 0 for one line, 1 for ten."""
    return np.log10(graph.line_counts(nodes).astype(np.float64))


def likeness(
    graph: GraphTable,
    question: Question,
    nodes: NDArray[np.uint32],
    roots: Sequence[Roots],
    telling: Mapping[str, float],
    matches: Sequence[float] | None = None,
) -> Floats:
    """How nearly the question is the name of each, or that of its owner and its own: 1 when it is. A kind that is asked for is no
    part of a name. `roots`: the words of each one's name; `matches`: the agreement of each with all of the question, if known.
    """
    result = np.zeros(len(roots))
    known = None if question.asked_kinds else matches
    shares = _without_kinds(telling) if question.asked_kinds else telling
    tells_nothing = shares.keys().isdisjoint
    for at, (node, own) in enumerate(zip(nodes.tolist(), roots, strict=True)):
        if tells_nothing(own):
            continue
        like = agreement(own, shares) if known is None else known[at]
        owner = graph.parent(node)
        # Words of an owner that the question lacks only take away.
        if owner >= 0 and not tells_nothing(around := name_roots(graph.name(owner))):
            like = max(like, agreement(tuple(dict.fromkeys((*own, *around))), shares))
        result[at] = like
    return result


def _without_kinds(telling: Mapping[str, float]) -> dict[str, float]:
    left = {root: share for root, share in telling.items() if root not in _KIND_ROOTS}
    total = sum(left.values())
    return {root: share / total for root, share in left.items()}
