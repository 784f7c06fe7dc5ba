"""Which methods stand in for each other along the inheritance of their classes: by name, up and down.

Derived when asked, from inheritance and names; no edge is stored for it. Invariant: only methods of classes that really inherit
from each other are related, however often a name is used elsewhere.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from lepasserelle.graph.answers import members, source_of
from lepasserelle.graph.graph import STRONGEST
from lepasserelle.graph.layout import SET_BIT
from lepasserelle.graph.lookup import with_name
from lepasserelle.model import EdgeKind, Resolution

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Direction, Graph, ResolutionFilter


_MANY: Final = 200
"""Classes after which whatever inherits is looked through once."""


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
        self._all: dict[tuple[int, ResolutionFilter], set[int]] = {}
        self._below: dict[tuple[int, ResolutionFilter], list[int]] = {}
        self._inheriting: dict[ResolutionFilter, dict[int, list[int]]] = {}
        self._methods: dict[str, dict[int, int]] = {}

    def __call__(self, node: int, resolution: "ResolutionFilter" = "inferred") -> list[int]:
        """The methods of classes below that stand in for a method, ascending; empty for what is no method."""
        graph = self._graph
        own = graph.parent(node)
        if own < 0 or not graph.kind(node).is_callable or not graph.kind(own).is_type:
            return []
        below = self._all_below(own, resolution)
        if not below:
            return []
        name = graph.name(node)
        methods = self._methods.get(name)
        if methods is None:
            methods = self._methods[name] = _methods_named(graph, name)
        return sorted(methods[cls] for cls in methods.keys() & below) if len(methods) > 1 else []

    def _all_below(self, own: int, resolution: "ResolutionFilter") -> set[int]:
        """The classes below a class, at any distance."""
        known = self._all.get((own, resolution))
        if known is None:
            seen, frontier = {own}, [own]
            while frontier:
                frontier = [below for cls in frontier for below in self._directly_below(cls, resolution) if below not in seen]
                seen.update(frontier)
            known = self._all[own, resolution] = seen - {own}
        return known

    def _directly_below(self, cls: int, resolution: "ResolutionFilter") -> list[int]:
        all_known = self._inheriting.get(resolution)
        if all_known is not None:
            return all_known.get(cls, [])
        known = self._below.get((cls, resolution))
        if known is None:
            if len(self._below) >= _MANY:
                self._inheriting[resolution] = _inheriting(self._graph, STRONGEST[resolution])
                return self._directly_below(cls, resolution)
            known = self._below[cls, resolution] = self._graph.neighbours(cls, EdgeKind.INHERITS, "in", resolution)
        return known


def _inheriting(graph: "Graph", strongest: Resolution) -> dict[int, list[int]]:
    """Class → those that inherit from it directly, of all classes."""
    types = [
        number
        for number, (kind, resolution, _) in enumerate(graph.edge_types)
        if kind == EdgeKind.INHERITS and resolution <= strongest
    ]
    found: dict[int, list[int]] = {}
    for edge in np.flatnonzero(np.isin(graph.out_type, types)).tolist():
        target = graph.targets[edge]
        for base in members(graph, target & ~SET_BIT) if target & SET_BIT else (target,):
            found.setdefault(base, []).append(source_of(graph, edge))
    return found


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
