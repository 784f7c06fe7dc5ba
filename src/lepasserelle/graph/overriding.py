"""Which methods stand in for each other along the inheritance of their classes: by name, up and down.

Derived when asked, from inheritance and names; no edge is stored for it. Invariant: only methods of classes that really inherit
from each other are related, however often a name is used elsewhere.
"""

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.answers import members
from lepasserelle.graph.graph import STRONGEST
from lepasserelle.graph.incident import sources_of
from lepasserelle.graph.layout import NONE, SET_BIT
from lepasserelle.graph.lookup import nodes_by_name
from lepasserelle.model import EdgeKind, NodeKind, Resolution

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Direction, Graph, ResolutionFilter


_CALLABLE: Final = np.array([number in {int(kind) for kind in NodeKind if kind.is_callable} for number in range(256)])
_TYPE: Final = np.array([number in {int(kind) for kind in NodeKind if kind.is_type} for number in range(256)])
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
        self._methods: dict[int, dict[int, int]] = {}
        self._asked = 0
        self._bases: NDArray[np.bool_] | None = None

    def __call__(self, node: int, resolution: "ResolutionFilter" = "inferred") -> list[int]:
        """The methods of classes below that stand in for a method, ascending; empty for what is no method."""
        graph = self._graph
        own = graph.parent(node)
        if own < 0 or not graph.kind(node).is_callable or not graph.kind(own).is_type:
            return []
        below = self._all_below(own, resolution)
        if not below:
            return []
        name = graph.name_numbers[node]
        methods = self._methods.get(name)
        if methods is None:
            methods = self._methods[name] = _methods_named(graph, name)
        return sorted(methods[cls] for cls in methods.keys() & below) if len(methods) > 1 else []

    def candidates(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of the nodes that something may override: methods, of classes with others below them once many were asked for."""
        graph = self._graph
        parents, kinds = graph.hot["parent"][nodes], graph.kinds
        chosen = _CALLABLE[kinds[nodes]] & (parents != NONE)
        nodes, parents = nodes[chosen], parents[chosen]
        chosen = _TYPE[kinds[parents]]
        self._asked += len(nodes)
        if self._bases is None and self._asked > _MANY:
            self._bases = np.zeros(graph.node_count, dtype=bool)
            self._bases[list(self._inheriting_of("inferred"))] = True
        if self._bases is not None:
            chosen &= self._bases[parents]
        found: NDArray[np.int64] = nodes[chosen]
        return found

    def _inheriting_of(self, resolution: "ResolutionFilter") -> dict[int, list[int]]:
        known = self._inheriting.get(resolution)
        if known is None:
            known = self._inheriting[resolution] = _inheriting(self._graph, STRONGEST[resolution])
        return known

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
                return self._inheriting_of(resolution).get(cls, [])
            known = self._below[cls, resolution] = self._graph.neighbours(cls, EdgeKind.INHERITS, "in", resolution)
        return known


def _inheriting(graph: "Graph", strongest: Resolution) -> dict[int, list[int]]:
    """Class → those that inherit from it directly, of all classes."""
    types = [
        number
        for number, (kind, resolution, _) in enumerate(graph.edge_types)
        if kind == EdgeKind.INHERITS and resolution <= strongest
    ]
    edges = np.flatnonzero(np.isin(graph.out_type, types))
    found: dict[int, list[int]] = {}
    for target, source in zip(graph.out_target[edges].tolist(), sources_of(graph, edges).tolist(), strict=True):
        for base in members(graph, target & ~SET_BIT) if target & SET_BIT else (target,):
            found.setdefault(base, []).append(source)
    return found


def _same_name(graph: "Graph", node: int) -> dict[int, int]:
    """Type → its method with the name of this one; empty when this is no method or nobody else has the name."""
    parent = graph.parent(node)
    if parent < 0 or not graph.kind(node).is_callable or not graph.kind(parent).is_type:
        return {}
    return {cls: other for cls, other in _methods_named(graph, graph.name_numbers[node]).items() if other != node}


def _methods_named(graph: "Graph", name: int) -> dict[int, int]:
    """What they stand in → the last callable there with this name."""
    named = nodes_by_name(graph, name)
    named = named[_CALLABLE[graph.kinds[named]]]
    return dict(zip(graph.hot["parent"][named].tolist(), named.tolist(), strict=True))


def _step(graph: "Graph", types: set[int], direction: "Direction", resolution: "ResolutionFilter") -> set[int]:
    return {other for one in types for other in graph.neighbours(one, EdgeKind.INHERITS, direction, resolution)}
