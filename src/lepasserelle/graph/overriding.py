"""Which methods stand in for each other along the inheritance of their classes: by name, up and down.

Derived when asked, from inheritance and names; no edge is stored for it. Invariant: only methods of classes that really inherit
from each other are related, however often a name is used elsewhere.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.below import Inheritance
from lepasserelle.graph.layout import NONE
from lepasserelle.graph.lookup import nodes_by_name
from lepasserelle.graph.spans import Numbers, spans
from lepasserelle.model import EdgeKind, NodeKind

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Direction, Graph, ResolutionFilter


_CALLABLE: Final = np.array([number in {int(kind) for kind in NodeKind if kind.is_callable} for number in range(256)])
_TYPE: Final = np.array([number in {int(kind) for kind in NodeKind if kind.is_type} for number in range(256)])


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
    _, found, is_exact = Overriding(graph)(np.array([node], dtype=np.int64))
    chosen: list[int] = np.sort(found[is_exact] if resolution == "exact" else found).tolist()
    return chosen


class Overriding:
    """The same for many methods of one question: what inherits, and the methods of that, are looked through once."""

    def __init__(self, graph: "Graph") -> None:
        self._graph = graph

    def __call__(self, nodes: Numbers) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
        """(place in `nodes`, a method that stands in for it in a class below, whether all inheriting between them is exact)."""
        graph = self._graph
        parents, kinds = graph.hot["parent"][nodes], graph.kinds
        inner = np.flatnonzero(_CALLABLE[kinds[nodes]] & (parents != NONE))
        methods = inner[_TYPE[kinds[parents[inner]]]]
        if not len(methods):
            return methods, methods, np.zeros(0, dtype=bool)
        own, of = np.unique(parents[methods].astype(np.int64), return_inverse=True)
        by_class, below = self._inheritance.below(own)
        names = graph.hot["name"][nodes[methods]]
        keys, found = self._methods_called(names)
        places, at = spans(*(np.searchsorted(by_class, of, side) for side in ("left", "right")))
        wanted = below[places] >> 1 << 32 | names[at]
        row = np.searchsorted(keys, wanted)
        is_there = keys[np.minimum(row, len(keys) - 1)] == wanted if len(keys) else np.zeros(len(row), dtype=bool)
        return methods[at[is_there]], found[row[is_there]], (below[places[is_there]] & 1).astype(bool)

    def _methods_called(self, names: NDArray[np.uint32]) -> tuple[Numbers, Numbers]:
        """(class and name of every method of a class that inherits and is called so, packed and ascending; the last with both)."""
        keys, nodes = self._inheriting_methods
        is_asked = np.zeros(len(self._graph.strings), dtype=bool)
        is_asked[names] = True
        chosen = np.flatnonzero(is_asked[keys & 0xFFFF_FFFF])
        order = chosen[np.argsort(keys[chosen], kind="stable")]
        keys = keys[order]
        is_last = np.append(keys[1:] != keys[:-1], np.ones(min(1, len(keys)), dtype=bool))
        return keys[is_last], nodes[order[is_last]]

    @cached_property
    def _inheriting_methods(self) -> tuple[Numbers, Numbers]:
        """(class and name, packed; node) of every method of a class that inherits."""
        graph = self._graph
        inherits = np.zeros(graph.node_count, dtype=bool)
        inherits[self._inheritance.classes] = True
        parents = graph.hot["parent"][: graph.definition_count]
        nodes = np.flatnonzero(_CALLABLE[graph.kinds[: graph.definition_count]] & (parents != NONE))
        nodes = nodes[inherits[parents[nodes]]]
        return parents[nodes].astype(np.int64) << 32 | graph.hot["name"][nodes], nodes

    @cached_property
    def _inheritance(self) -> Inheritance:
        """What inherits from what, of all classes."""
        return Inheritance(self._graph)


def _same_name(graph: "Graph", node: int) -> dict[int, int]:
    """Type → its method with the name of this one; empty when this is no method or nobody else has the name."""
    parent = graph.parent(node)
    if parent < 0 or not graph.kind(node).is_callable or not graph.kind(parent).is_type:
        return {}
    return {cls: other for cls, other in methods_named(graph, graph.name_numbers[node]).items() if other != node}


def methods_named(graph: "Graph", name: int) -> dict[int, int]:
    """What they stand in → the last callable there with this name."""
    named = nodes_by_name(graph, name)
    named = named[_CALLABLE[graph.kinds[named]]]
    return dict(zip(graph.hot["parent"][named].tolist(), named.tolist(), strict=True))


def _step(graph: "Graph", types: set[int], direction: "Direction", resolution: "ResolutionFilter") -> set[int]:
    return {other for one in types for other in graph.neighbours(one, EdgeKind.INHERITS, direction, resolution)}
