"""What hits say of each other: who calls whom among them.

Not a walk of the graph: only calls between candidates count. A hit that calls another candidate hands on a share of its score:
an answer is where the work is done and not only where it is asked for; the more so when both have one name, as a thin wrapper and
what it wraps have. One step of a walk with restart (personalised PageRank: Haveliwala, 2002), from hits to what they call.
Invariant: pure; nothing is taken from anyone, so what has no calls among the hits keeps its score.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lepasserelle.query.seams import GraphTable

HANDING = 20
"""So many of the best candidates hand on."""
MOST_HANDED = 3.0
"""A name that is all of a question counts more than any evidence; what is handed on is evidence."""

Floats = NDArray[np.float64]
Roots = Sequence[tuple[str, ...]]


def handed_on(
    graph: GraphTable, nodes: NDArray[np.uint32], roots: Roots, scores: Floats, to_callee: float, to_namesake: float
) -> Floats:
    """What each candidate gets from those that call it from another file. `nodes` ascend; `roots`: the words of each one's name."""
    got = np.zeros(len(nodes))
    best = np.argsort(-scores, kind="stable")[:HANDING]
    best = best[scores[best] > 0]
    callers = best.tolist()
    for caller, other in graph.calls_among(nodes[best], nodes):
        at = callers[caller]
        if other != at and graph.files[nodes[other]] != graph.files[nodes[at]]:
            own = set(roots[at])
            handed = min(float(scores[at]), MOST_HANDED)
            got[other] += handed * (to_namesake if own and own == set(roots[other]) else to_callee)
    return got
