"""Which classes stand below others, at any distance, many at once: columns of what inherits from what. Reads; never resolves."""

from typing import TYPE_CHECKING, Final

import numpy as np

from lepasserelle.graph.incident import sources_of
from lepasserelle.graph.layout import SET_BIT
from lepasserelle.graph.spans import Numbers, spans
from lepasserelle.model import EdgeKind, Resolution

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Graph

_NEVER: Final = 255
_AT: Final = 33
"""In what stands for a class that was reached: from here up the place of the class that was asked for, below it the class that is
below, and in the lowest bit whether something on the way was inferred.
"""
_CLASS: Final = (1 << _AT) - 2


class Inheritance:
    """What inherits from what, of all classes of a graph, ambiguous bases left out."""

    def __init__(self, graph: "Graph") -> None:
        kinds, resolutions, _ = graph.sections["edge_types"].T
        known = np.where(kinds == EdgeKind.INHERITS, resolutions, _NEVER)[graph.out_type]
        edges = np.flatnonzero(known <= Resolution.INFERRED)
        bases = graph.out_target[edges].astype(np.int64)
        below = sources_of(graph, edges) << 1 | (known[edges] != Resolution.EXACT)
        bases, below = _with_members(graph, bases, below)
        order = np.argsort(bases, kind="stable")
        self._below = below[order]
        self._starts = np.append(0, np.cumsum(np.bincount(bases, minlength=graph.node_count))).astype(np.uint32)
        self._bases = bases

    @property
    def classes(self) -> Numbers:
        """All that are a base or have one; some repeatedly."""
        return np.concatenate([self._bases, self._below >> 1])

    def below(self, classes: Numbers) -> tuple[Numbers, Numbers]:
        """(place of a class, twice a class below it, and one more where all inheriting between them is exact), by place."""
        frontier = np.arange(len(classes)) << _AT | classes << 1
        reached = frontier
        while len(frontier):
            inner = (frontier & _CLASS) >> 1
            places, of = spans(self._starts[inner], self._starts[inner + 1])
            found = np.sort(frontier[of] & ~_CLASS | self._below[places])
            frontier = found[_is_first(found) & ~_is_among(found, reached)]
            reached = np.sort(np.concatenate([reached, frontier]))
        at, cls = reached >> _AT, (reached & _CLASS) >> 1
        kept = _is_first(reached >> 1) & (cls != classes[at])  # the exact way stands before the other
        return at[kept], (cls << 1 | (reached & 1 ^ 1))[kept]


def _with_members(graph: "Graph", bases: Numbers, below: Numbers) -> tuple[Numbers, Numbers]:
    """Candidate sets among the bases as each of their members."""
    is_set = bases >= SET_BIT
    if not is_set.any():
        return bases, below
    starts = graph.sections["set_start"].view("<u4")
    sets = bases[is_set] - SET_BIT
    places, of = spans(starts[sets], starts[sets + 1])
    members = graph.sections["set_members"].view("<u4")[places].astype(np.int64)
    return np.concatenate([bases[~is_set], members]), np.concatenate([below[~is_set], below[is_set][of]])


def _is_among(values: Numbers, known: Numbers) -> "np.ndarray":
    """Of each value whether it is one of these; both ascend."""
    at = np.searchsorted(known, values)
    found: np.ndarray = known[np.minimum(at, len(known) - 1)] == values
    return found


def _is_first(values: Numbers) -> "np.ndarray":
    """Of each value whether it is another one than the value before."""
    found = np.ones(len(values), dtype=bool)
    found[1:] = values[1:] != values[:-1]
    return found
