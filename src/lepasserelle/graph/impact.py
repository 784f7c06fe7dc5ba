"""What could a change reach? A walk against the direction of use, breadth first, from a definition and all that is in it.

Not slicing: whole definitions are reached, not statements. Followed are calls, inheritance, overriding, reads and writes, and
imports where a whole module changes. Invariants: every node is reached once, by a shortest way, and among those by the one whose
weakest step is strongest; what starts the walk is never reached.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from lepasserelle.graph.incident import incident, sources_of
from lepasserelle.graph.layout import NONE
from lepasserelle.graph.overriding import Overriding
from lepasserelle.graph.spans import Numbers
from lepasserelle.model import EdgeKind, NodeKind, Resolution

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Graph

MOST_REACHED: Final = 20_000

_FOLLOWED: Final = frozenset({EdgeKind.CALLS, EdgeKind.INHERITS, EdgeKind.READS, EdgeKind.WRITES})
_ORDER: Final = (EdgeKind.CALLS, EdgeKind.INHERITS, EdgeKind.OVERRIDES, EdgeKind.READS, EdgeKind.WRITES, EdgeKind.IMPORTS)
"""Which word is said where a definition uses another in several ways."""
_OVERRIDES: Final = _ORDER.index(EdgeKind.OVERRIDES)
_INHERITS: Final = _ORDER.index(EdgeKind.INHERITS)
_READS: Final = _ORDER.index(EdgeKind.READS)
_WORDS: Final = np.array([kind.word for kind in _ORDER], dtype=object)
_VIA: Final = 0xFFFF_FFFF
_PLACE: Final = 0xFF << 32
_WORST: Final = 1 << 62
_NONE: Final = np.zeros(0, dtype=np.int64)


class Steps(NamedTuple):
    """Ways to nodes, as columns of one length: where they lead, and what ranks them."""

    nodes: Numbers
    ranks: Numbers
    """Resolution of the weakest step, place in `_ORDER`, the node before, from the highest bits down: the least is the best."""

    @property
    def via(self) -> Numbers:
        """The node before."""
        return self.ranks & _VIA

    @property
    def order(self) -> Numbers:
        """How that is used, as a place in `_ORDER`."""
        return self.ranks >> 32 & 0xFF

    @property
    def weakest(self) -> Numbers:
        """The weakest resolution on the way."""
        return self.ranks >> 40


class Reach(NamedTuple):
    """What a walk reached, by distance and then by node."""

    steps: Steps
    distances: Numbers
    is_complete: bool
    """Nothing more is to be reached."""
    set_aside: int
    """How many nodes besides are one step away, by ways weaker than the walk took."""

    @property
    def words(self) -> list[str]:
        """How each node uses the one before: `EdgeKind` words."""
        found: list[str] = _WORDS[self.steps.order].tolist()
        return found


def reach(graph: "Graph", roots: Sequence[int], depth: int, strongest: Resolution) -> Reach:
    """What a change of the roots reaches within so many steps. Steps weaker than `strongest` are not taken; where the first one
    could lead by such is counted.
    """
    frontier = np.array(sorted(with_members(graph, roots)), dtype=np.int64)
    weakest = np.zeros(len(frontier), dtype=np.int64)
    kinds = _FOLLOWED | {EdgeKind.IMPORTS} if any(graph.kind(root) is NodeKind.MODULE for root in roots) else _FOLLOWED
    levels: list[Steps] = []
    overriding, best = Overriding(graph), _Best(graph.node_count, frontier)
    used = _ways(graph, frontier, weakest, _taken(graph, kinds, Resolution.AMBIGUOUS))
    replaced = _stand_ins(overriding, frontier, weakest, Resolution.AMBIGUOUS)
    (used, weaker_uses), (replaced, weaker_stand_ins) = _parted(used, strongest), _parted(replaced, strongest)
    taken = _taken(graph, _FOLLOWED, strongest)
    while True:
        found = _without_what_inheriting_says(graph, best(used, replaced))
        count = len(found.nodes)
        if len(levels) == depth or not count or sum(len(level.nodes) for level in levels) + count > MOST_REACHED:
            aside = _without_what_inheriting_says(graph, best(weaker_uses, weaker_stand_ins))
            return _joined(levels, is_complete=not count, set_aside=len(aside.nodes))
        levels.append(found)
        best.close(found.nodes)
        frontier, weakest = found.nodes, found.weakest
        used, replaced = _ways(graph, frontier, weakest, taken), _stand_ins(overriding, frontier, weakest, strongest)


def _parted(ways: Steps, strongest: Resolution) -> tuple[Steps, Steps]:
    """(those that are taken, those that are weaker)."""
    taken = ways.weakest <= strongest
    return Steps(ways.nodes[taken], ways.ranks[taken]), Steps(ways.nodes[~taken], ways.ranks[~taken])


def _joined(levels: list[Steps], *, is_complete: bool, set_aside: int) -> Reach:
    nodes, ranks = (np.concatenate([_NONE, *columns]) for columns in (zip(*levels, strict=True) if levels else ((), ())))
    distances = np.repeat(np.arange(len(levels)) + 1, [len(level.nodes) for level in levels])
    return Reach(Steps(nodes, ranks), distances, is_complete, set_aside)


class _Best:
    """The best way to each node that none led to before."""

    def __init__(self, node_count: int, roots: Numbers) -> None:
        self._is_open = np.ones(node_count, dtype=bool)
        self._ranks = np.full(node_count, _WORST)
        self.close(roots)

    def close(self, nodes: Numbers) -> None:
        """Lead to these no more."""
        self._is_open[nodes] = False

    def __call__(self, *ways: Steps) -> Steps:
        """By node."""
        nodes, ranks = (np.concatenate(columns) for columns in zip(*ways, strict=True))
        fresh = self._is_open[nodes]
        nodes, ranks = nodes[fresh], ranks[fresh]
        np.minimum.at(self._ranks, nodes, ranks)
        best = np.flatnonzero(self._ranks != _WORST)
        found = Steps(best, self._ranks[best])
        self._ranks[best] = _WORST
        return found


def _without_what_inheriting_says(graph: "Graph", found: Steps) -> Steps:
    """Who states a class that inherits reads the base's name; the class says that already."""
    order, via = found.order, found.via
    above = graph.hot["parent"][found.nodes].astype(np.int64)
    stated = (above << 32 | via)[(order == _INHERITS) & (above != NONE)]
    if not len(stated):
        return found
    kept = (order != _READS) | ~np.isin(found.nodes << 32 | via, stated)
    return Steps(found.nodes[kept], found.ranks[kept])


def with_members(graph: "Graph", roots: Sequence[int]) -> set[int]:
    """These nodes and every definition inside them."""
    parents = graph.hot["parent"][: graph.definition_count]
    seen, frontier = set(roots), list(roots)
    while frontier:
        inside = set(np.flatnonzero(np.isin(parents, frontier)).tolist()) - seen
        seen |= inside
        frontier = sorted(inside)
    return seen


def _taken(graph: "Graph", kinds: frozenset[EdgeKind], strongest: Resolution) -> Numbers:
    """For each type of edges its resolution and place in `_ORDER` as the upper bits of a rank; -1 for one that is not followed."""
    ranks = [
        resolution << 40 | _ORDER.index(EdgeKind(kind)) << 32 if kind in kinds and resolution <= strongest else -1
        for kind, resolution, _ in graph.edge_types
    ]
    return np.array(ranks or [-1], dtype=np.int64)


def _ways(graph: "Graph", nodes: Numbers, weakest: Numbers, taken: Numbers) -> Steps:
    """Who uses the nodes. `weakest`: on the way to each of them."""
    edges, owners = incident(graph, nodes, "in")
    ranks = taken[graph.out_type[edges]]
    followed = np.flatnonzero(ranks >= 0)
    ranks, owners = ranks[followed], owners[followed]
    ranks = np.maximum(ranks >> 40, weakest[owners]) << 40 | ranks & _PLACE | nodes[owners]
    return Steps(sources_of(graph, edges[followed]), ranks)


def _stand_ins(overriding: Overriding, nodes: Numbers, weakest: Numbers, strongest: Resolution) -> Steps:
    """Who stands in for the nodes, in a class below."""
    at, found, is_exact = overriding(nodes)
    resolutions = np.where(is_exact, int(Resolution.EXACT), int(Resolution.INFERRED))
    ranks = np.maximum(resolutions, weakest[at]) << 40 | _OVERRIDES << 32 | nodes[at]
    taken = resolutions <= strongest
    return Steps(found[taken], ranks[taken])
