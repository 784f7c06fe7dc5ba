"""What could a change reach? A walk against the direction of use, breadth first, from a definition and all that is in it.

Not slicing: whole definitions are reached, not statements. Followed are calls, inheritance, overriding, reads and writes, and
imports where a whole module changes. Invariants: every node is reached once, by a shortest way, and among those by the one whose
weakest step is strongest; what starts the walk is never reached.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from lepasserelle.graph.answers import sets_with, source_of, stated
from lepasserelle.graph.overriding import Overriding
from lepasserelle.model import EdgeKind, NodeKind, Resolution

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Graph

MOST_REACHED: Final = 20_000

_FOLLOWED: Final = frozenset({EdgeKind.CALLS, EdgeKind.INHERITS, EdgeKind.READS, EdgeKind.WRITES})
_ORDER: Final = (EdgeKind.CALLS, EdgeKind.INHERITS, EdgeKind.OVERRIDES, EdgeKind.READS, EdgeKind.WRITES, EdgeKind.IMPORTS)
"""Which word is said where a definition uses another in several ways."""
_MANY: Final = 200
"""Nodes after which the table of candidate sets is read once instead of searched for each."""
_OVERRIDES: Final = _ORDER.index(EdgeKind.OVERRIDES)
_Rank = tuple[int, int, int]
"""(weakest resolution, place in `_ORDER`, via): the least is the best way."""


class Step(msgspec.Struct, frozen=True):
    """How a node was reached."""

    node: int
    distance: int
    via: int
    kind: EdgeKind
    resolution: Resolution
    """The weakest on the way."""


def reach(graph: "Graph", roots: Sequence[int], depth: int, strongest: Resolution) -> tuple[list[Step], bool]:
    """(steps, by distance and then by node; whether nothing more is to be reached). Steps weaker than `strongest` are not taken."""
    weakest = dict.fromkeys(with_members(graph, roots), Resolution.EXACT)
    kinds = _FOLLOWED | {EdgeKind.IMPORTS} if any(graph.kind(root) is NodeKind.MODULE for root in roots) else _FOLLOWED
    steps: list[Step] = []
    overriding = Overriding(graph)
    candidates = _Candidates(graph)
    frontier = sorted(weakest)
    for distance in range(1, depth + 2):
        ranks: dict[int, _Rank] = {}
        taken = _taken(graph, kinds, strongest)
        for node in frontier:
            before = weakest[node]
            for source, order, resolution in _users(graph, overriding, candidates, node, taken, strongest):
                if source not in weakest:
                    rank = (max(resolution, before), order, node)
                    if source not in ranks or rank < ranks[source]:
                        ranks[source] = rank
        found = {node: Step(node, distance, via, _ORDER[order], Resolution(weak)) for node, (weak, order, via) in ranks.items()}
        _drop_what_inheriting_says(graph, found)
        if distance > depth or not found or len(steps) + len(found) > MOST_REACHED:
            return steps, not found
        frontier = sorted(found)
        steps += [found[node] for node in frontier]
        weakest.update((node, found[node].resolution) for node in frontier)
        kinds = _FOLLOWED
    return steps, False


def _drop_what_inheriting_says(graph: "Graph", found: dict[int, Step]) -> None:
    """Who states a class that inherits reads the base's name; the class says that already."""
    stated = {(graph.parent(step.node), step.via) for step in found.values() if step.kind is EdgeKind.INHERITS}
    for step in [step for step in found.values() if step.kind is EdgeKind.READS and (step.node, step.via) in stated]:
        del found[step.node]


def with_members(graph: "Graph", roots: Sequence[int]) -> set[int]:
    """These nodes and every definition inside them."""
    parents = graph.hot["parent"][: graph.definition_count]
    seen, frontier = set(roots), list(roots)
    while frontier:
        inside = set(map(int, np.flatnonzero(np.isin(parents, frontier)))) - seen
        seen |= inside
        frontier = sorted(inside)
    return seen


def _taken(graph: "Graph", kinds: frozenset[EdgeKind], strongest: Resolution) -> list[tuple[int, int] | None]:
    """For each type of edges its place in `_ORDER` and its resolution; None for one that is not followed."""
    return [
        (_ORDER.index(EdgeKind(kind)), resolution) if kind in kinds and resolution <= strongest else None
        for kind, resolution, _ in graph.edge_types
    ]


class _Candidates:
    """The candidate sets that hold a node; read once for all nodes when many are asked for."""

    def __init__(self, graph: "Graph") -> None:
        self._graph = graph
        self._asked = 0
        self._all: dict[int, list[int]] = {}

    def __call__(self, node: int) -> list[int]:
        self._asked += 1
        if self._asked < _MANY:
            return sets_with(self._graph, node)
        if self._asked == _MANY:
            for member, number in self._graph.sections["member_sets"].tolist():
                self._all.setdefault(member, []).append(number)
        return self._all.get(node, [])


def _users(
    graph: "Graph",
    overriding: Overriding,
    candidates: "_Candidates",
    node: int,
    taken: list[tuple[int, int] | None],
    strongest: Resolution,
) -> Iterator[tuple[int, int, int]]:
    """(who uses a node, place in `_ORDER`, resolution)"""
    slots = [node, *(graph.node_count + number for number in candidates(node))]
    for edge in [edge for slot in slots for edge in stated(graph, slot)]:
        follows = taken[graph.types[edge]]
        if follows is not None:
            yield source_of(graph, edge), *follows
    inferred = overriding(node, "inferred")
    if not inferred:
        return
    proved = set(overriding(node, "exact"))
    for other in inferred:
        if other in proved:
            yield other, _OVERRIDES, Resolution.EXACT
        elif strongest >= Resolution.INFERRED:
            yield other, _OVERRIDES, Resolution.INFERRED
