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
    return Overriding(graph)(node, resolution)


class Overriding:
    """The same for many methods of one question: what is asked of a class or a name is asked once."""

    def __init__(self, graph: "Graph") -> None:
        self._graph = graph
        self._below: dict[tuple[int, ResolutionFilter], list[int]] = {}
        self._methods: dict[str, dict[int, int]] = {}

    def __call__(self, node: int, resolution: "ResolutionFilter" = "inferred") -> list[int]:
        """The methods of classes below that stand in for a method, ascending; empty for what is no method."""
        graph = self._graph
        own = graph.parent(node)
        if own < 0 or not graph.kind(node).is_callable or not graph.kind(own).is_type:
            return []
        name = graph.name(node)
        methods = self._methods.get(name)
        if methods is None:
            methods = self._methods[name] = _methods_named(graph, name)
        if len(methods) < 2:
            return []
        seen, frontier = {own}, [own]
        while frontier:
            frontier = [below for cls in frontier for below in self._directly_below(cls, resolution) if below not in seen]
            seen.update(frontier)
        return sorted(methods[cls] for cls in (seen - {own}) & methods.keys())

    def _directly_below(self, cls: int, resolution: "ResolutionFilter") -> list[int]:
        known = self._below.get((cls, resolution))
        if known is None:
            known = self._below[cls, resolution] = self._graph.neighbours(cls, EdgeKind.INHERITS, "in", resolution)
        return known


def _same_name(graph: "Graph", node: int) -> dict[int, int]:
    """Type → its method with the name of this one; empty when this is no method or nobody else has the name."""
    parent = graph.parent(node)
    if parent < 0 or not graph.kind(node).is_callable or not graph.kind(parent).is_type:
        return {}
    return {cls: other for cls, other in _methods_named(graph, graph.name(node)).items() if other != node}


def _methods_named(graph: "Graph", name: str) -> dict[int, int]:
    named = [other for other in with_name(graph, name) if other < graph.definition_count]
    return {graph.parent(other): other for other in named if graph.kind(other).is_callable}


def _step(graph: "Graph", types: set[int], direction: "Direction", resolution: "ResolutionFilter") -> set[int]:
    return {other for one in types for other in graph.neighbours(one, EdgeKind.INHERITS, direction, resolution)}
