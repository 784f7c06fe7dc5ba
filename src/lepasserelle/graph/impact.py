"""What could a change reach? A walk against the direction of use, breadth first, from a definition and all that is in it.

Not slicing: whole definitions are reached, not statements. Followed are calls, inheritance, overriding, reads and writes, and
imports where a whole module changes. Invariants: every node is reached once, by a shortest way, and among those by the one whose
weakest step is strongest; what starts the walk is never reached.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from lepasserelle.graph.answers import incoming, source_of
from lepasserelle.graph.overriding import Overriding
from lepasserelle.model import EdgeKind, NodeKind, Resolution

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Graph

MOST_REACHED: Final = 20_000

_FOLLOWED: Final = frozenset({EdgeKind.CALLS, EdgeKind.INHERITS, EdgeKind.READS, EdgeKind.WRITES})
_ORDER: Final = (EdgeKind.CALLS, EdgeKind.INHERITS, EdgeKind.OVERRIDES, EdgeKind.READS, EdgeKind.WRITES, EdgeKind.IMPORTS)
"""Which word is said where a definition uses another in several ways."""


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
    frontier = sorted(weakest)
    for distance in range(1, depth + 2):
        found: dict[int, Step] = {}
        for node in frontier:
            for source, kind, resolution in _users(graph, overriding, node, kinds, strongest):
                if source not in weakest:
                    step = Step(source, distance, node, kind, max(resolution, weakest[node]))
                    known = found.get(source)
                    if known is None or _rank(step) < _rank(known):
                        found[source] = step
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


def _users(
    graph: "Graph", overriding: Overriding, node: int, kinds: frozenset[EdgeKind], strongest: Resolution
) -> Iterator[tuple[int, EdgeKind, Resolution]]:
    for edge in incoming(graph, node):
        kind, resolution, _ = graph.edge_types[graph.types[edge]]
        if kind in kinds and resolution <= strongest:
            yield source_of(graph, edge), EdgeKind(kind), Resolution(resolution)
    inferred = overriding(node, "inferred")
    if not inferred:
        return
    proved = set(overriding(node, "exact"))
    for other in inferred:
        if other in proved:
            yield other, EdgeKind.OVERRIDES, Resolution.EXACT
        elif strongest >= Resolution.INFERRED:
            yield other, EdgeKind.OVERRIDES, Resolution.INFERRED


def _rank(step: Step) -> tuple[int, int, int]:
    return step.resolution, _ORDER.index(step.kind), step.via
