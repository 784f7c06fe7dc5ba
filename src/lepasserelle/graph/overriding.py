"""Which methods stand in for each other along the inheritance of their classes: by name, up and down.

Derived when asked, from inheritance and names; no edge is stored for it. Invariant: only methods of classes that really inherit
from each other are related, however often a name is used elsewhere.
"""

from typing import TYPE_CHECKING

from lepasserelle.graph.lookup import with_name
from lepasserelle.model import EdgeKind

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Direction, Graph, ResolutionFilter


def overridden(graph: "Graph", node: int, resolution: "ResolutionFilter" = "inferred") -> list[int]:
    """The nearest methods of base classes that a method stands in for, ascending; empty for what is no method."""
    same = _same_name(graph, node)
    if not same:
        return []
    seen = frontier = {graph.parent(node)}
    while frontier:
        frontier = _step(graph, frontier, "out", resolution) - seen
        found = sorted(same[kind] for kind in frontier & same.keys())
        if found:
            return found
        seen = seen | frontier
    return []


def overriding(graph: "Graph", node: int, resolution: "ResolutionFilter" = "inferred") -> list[int]:
    """The methods of classes below that stand in for a method, ascending; empty for what is no method."""
    same = _same_name(graph, node)
    if not same:
        return []
    seen = frontier = {graph.parent(node)}
    while frontier:
        frontier = _step(graph, frontier, "in", resolution) - seen
        seen = seen | frontier
    return sorted(same[kind] for kind in (seen - {graph.parent(node)}) & same.keys())


def _same_name(graph: "Graph", node: int) -> dict[int, int]:
    """Type → its method with the name of this one; empty when this is no method or nobody else has the name."""
    parent = graph.parent(node)
    if parent < 0 or not graph.kind(node).is_callable or not graph.kind(parent).is_type:
        return {}
    named = [other for other in with_name(graph, graph.name(node)) if other != node and other < graph.definition_count]
    return {graph.parent(other): other for other in named if graph.kind(other).is_callable}


def _step(graph: "Graph", types: set[int], direction: "Direction", resolution: "ResolutionFilter") -> set[int]:
    return {other for one in types for other in graph.neighbours(one, EdgeKind.INHERITS, direction, resolution)}
