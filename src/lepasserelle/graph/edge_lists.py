"""Edges of several nodes as one answer: few as records at once, many as records that are made when they are read."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.answers import Describer, described, sort_key
from lepasserelle.graph.definitions import NONE
from lepasserelle.graph.excerpt import excerpt
from lepasserelle.graph.incident import sources_of
from lepasserelle.graph.layout import MORE, SET_BIT
from lepasserelle.graph.spans import Numbers
from lepasserelle.model import Edge, NodeKind, Sections
from lepasserelle.model.lazily import Lazily

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Direction, Graph

FEW: Final = 100
"""Edges that are sooner described than copied to be described later."""
_FACTOR: Final = np.uint64(0x9E37_79B9_7F4A_7C15)
"""An odd number whose multiples are spread over 64 bits (Knuth, The Art of Computer Programming 3, 6.4)."""


def edge_list(graph: "Graph", nodes: Numbers, edges: Numbers, owners: Numbers, direction: "Direction") -> Sequence[Edge]:
    """The edges node by node, of each sorted by the end that `direction` leads to, without repetition. `owners`: of which of the
    nodes each is, ascending.
    """
    if len(edges) <= FEW:
        found = list(dict.fromkeys(edge for run in _runs(edges, owners) for edge in described(graph, run, direction)))
        return Lazily(len(found), found.__getitem__)
    distinct, first, numbers = np.unique(edges, return_index=True, return_inverse=True)
    sources = sources_of(graph, distinct)
    copied = excerpt(graph, distinct, sources)
    is_first = np.zeros(len(edges), dtype=bool)
    is_first[first] = True
    alike = _names(graph, nodes)[owners] * _FACTOR + _told(graph, copied, distinct, sources, direction)[numbers]
    is_first[_repeated(graph, edges, alike)] = False
    chosen = np.flatnonzero(is_first)
    return Lazily(len(chosen), _Unread(copied, numbers[chosen], owners[chosen], direction))


def _runs(edges: Numbers, owners: Numbers) -> Iterator[list[int]]:
    """The edges of one node after those of the other."""
    cuts = [0, *(np.flatnonzero(np.diff(owners)) + 1).tolist(), len(edges)]
    return (edges[start:stop].tolist() for start, stop in pairwise(cuts) if stop > start)


def _repeated(graph: "Graph", edges: Numbers, alike: NDArray[np.uint64]) -> list[int]:
    """Where in `edges` records repeat one before: definitions of one name may stand on one line. `alike`: the same for such."""
    order = np.argsort(alike)
    is_like_next = alike[order][1:] == alike[order][:-1]
    suspects = np.sort(order[np.append(is_like_next, False) | np.append(False, is_like_next)])
    describe, seen, repeated = Describer(graph), set[Edge](), list[int]()
    for at in suspects.tolist():
        record = describe(int(edges[at]))
        if record in seen:
            repeated.append(at)
        seen.add(record)
    return repeated


def _told(graph: "Graph", copied: Sections, edges: Numbers, sources: Numbers, direction: "Direction") -> NDArray[np.uint64]:
    """A number that is the same for edges whose records are, but for the name of the end that was asked for, and seldom for others:
    of type, file, first line, and the other end's simple name.
    """
    last = np.flatnonzero(copied["sites"].view("<u2") & MORE == 0)
    first = copied["sites"].view("<u2")[np.append(0, last[:-1] + 1)] & ~np.uint16(MORE)
    lines = first + graph.hot["start_line"][sources].astype(np.uint64)
    targets = graph.out_target[edges]
    is_set = targets >= SET_BIT
    ends = np.where(is_set, 0, targets) if direction == "out" else sources
    names = graph.hot["name"][ends].astype(np.uint64)
    if direction == "out":
        names[is_set] = graph.sections["set_names"].view("<u4")[targets[is_set] - SET_BIT]
    told = (graph.files_of(sources).astype(np.uint64) * _FACTOR + lines) * _FACTOR + (names << np.uint64(8))
    found: NDArray[np.uint64] = told + graph.out_type[edges]
    return found


def _names(graph: "Graph", nodes: Numbers) -> NDArray[np.uint64]:
    """Of each node a number that is the same for nodes of one qualified name, and seldom for others."""
    hot, found, above, at = graph.hot, np.zeros(len(nodes), dtype=np.uint64), nodes, np.arange(len(nodes))
    while len(at):
        rows = hot[above]
        found[at] = found[at] * _FACTOR + rows["name"]
        inner = (rows["kind"] != NodeKind.EXTERNAL) & (rows["parent"] != NONE)
        at, above = at[inner], rows["parent"][inner]
    return found


class _Unread:
    """Records of the edges of an excerpt; their order is found out, and the excerpt opened, when the first of them is read."""

    def __init__(self, sections: Sections, numbers: Numbers, owners: Numbers, direction: "Direction") -> None:
        self._sections = sections
        self._columns = numbers, owners
        self._direction: Direction = direction

    def __call__(self, at: int) -> Edge:
        return self._describe(self._order[at])

    @cached_property
    def _describe(self) -> Describer:
        from lepasserelle.graph.graph import Graph

        return Describer(Graph(self._sections))

    @cached_property
    def _order(self) -> list[int]:
        return [edge for run in _runs(*self._columns) for edge in self._sorted(run)]

    def _sorted(self, run: list[int]) -> list[int]:
        """By the name of the end, and by the whole record only where that is the same."""
        describe, key, direction = self._describe, sort_key(self._direction), self._direction
        names = {edge: describe.end(edge, direction) for edge in run}
        found: list[int] = []
        for _, group in groupby(sorted(run, key=names.__getitem__), key=names.__getitem__):
            same = list(group)
            found += sorted(same, key=lambda edge: key(describe(edge))) if len(same) > 1 else same
        return found
