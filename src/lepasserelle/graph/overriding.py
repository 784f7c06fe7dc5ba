"""Which methods stand in for each other along the inheritance of their classes: by name, up and down.

Derived when asked, from inheritance and names; no edge is stored for it. Invariant: only methods of classes that really inherit
from each other are related, however often a name is used elsewhere.
"""

from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.answers import members
from lepasserelle.graph.incident import sources_of
from lepasserelle.graph.layout import NONE, SET_BIT
from lepasserelle.graph.lookup import nodes_by_name
from lepasserelle.graph.spans import Numbers, spans
from lepasserelle.model import EdgeKind, NodeKind, Resolution

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Direction, Graph, ResolutionFilter


_CALLABLE: Final = np.array([number in {int(kind) for kind in NodeKind if kind.is_callable} for number in range(256)])
_TYPE: Final = np.array([number in {int(kind) for kind in NodeKind if kind.is_type} for number in range(256)])
_NEVER: Final = 255
_NONE_BELOW: Final = np.zeros(0, dtype=np.int64)
_MANY: Final = 150
"""Methods, or classes, after which whatever inherits is looked through once."""


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
        self._methods: dict[int, dict[int, int]] = {}
        self._asked = 0
        self._columns: dict[int, Numbers] = {}

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

    def of_many(self, nodes: Numbers) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
        """(place in `nodes`, a method that stands in for it in a class below, whether all inheriting between them is exact)."""
        graph = self._graph
        parents, kinds = graph.hot["parent"][nodes], graph.kinds
        inner = np.flatnonzero(_CALLABLE[kinds[nodes]] & (parents != NONE))
        methods = inner[_TYPE[kinds[parents[inner]]]]
        self._asked += len(methods)
        if self._asked > _MANY:
            return self._looked_up(nodes, methods, parents)
        found = [
            (at, other, other in exact)
            for at in methods.tolist()
            for exact in [set(self(int(nodes[at]), "exact"))]
            for other in self(int(nodes[at]), "inferred")
        ]
        at, others, is_exact = zip(*found, strict=True) if found else ((), (), ())
        return np.array(at, dtype=np.int64), np.array(others, dtype=np.int64), np.array(is_exact, dtype=bool)

    def _looked_up(
        self, nodes: Numbers, methods: Numbers, parents: NDArray[np.uint32]
    ) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
        """The same, out of a table of all methods of classes that inherit. `methods`: places in `nodes`."""
        own, of = np.unique(parents[methods], return_inverse=True)
        bases = self._inheriting["inferred"]
        below = [self._column_below(cls) if cls in bases else _NONE_BELOW for cls in own.tolist()]
        stops = np.cumsum([len(one) for one in below], dtype=np.int64)
        places, at = spans(np.append(0, stops[:-1])[of], stops[of])
        packed = np.concatenate([_NONE_BELOW, *below])[places]
        keys, found = self._table
        wanted = packed >> 1 << 32 | self._graph.hot["name"][nodes[methods[at]]]
        row = np.searchsorted(keys, wanted)
        is_there = keys[np.minimum(row, len(keys) - 1)] == wanted if len(keys) else np.zeros(len(row), dtype=bool)
        return methods[at[is_there]], found[row[is_there]], (packed[is_there] & 1).astype(bool)

    def _column_below(self, cls: int) -> Numbers:
        """Each class below it, times two, and one more where all inheriting between them is exact."""
        known = self._columns.get(cls)
        if known is None:
            exact = self._all_below(cls, "exact")
            packed = [2 * below + (below in exact) for below in self._all_below(cls, "inferred")]
            known = self._columns[cls] = np.array(packed, dtype=np.int64)
        return known

    @cached_property
    def _table(self) -> tuple[Numbers, Numbers]:
        """(class and name of every method of a class that inherits, packed and ascending; the last method with both)."""
        graph = self._graph
        inherits = np.zeros(graph.node_count, dtype=bool)
        inherits[[cls for classes in self._inheriting["inferred"].values() for cls in classes]] = True
        parents = graph.hot["parent"][: graph.definition_count]
        nodes = np.flatnonzero(_CALLABLE[graph.kinds[: graph.definition_count]] & (parents != NONE))
        nodes = nodes[inherits[parents[nodes]]]
        keys = parents[nodes].astype(np.int64) << 32 | graph.hot["name"][nodes]
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        is_last = np.append(keys[1:] != keys[:-1], np.ones(min(1, len(keys)), dtype=bool))
        return keys[is_last], nodes[order[is_last]]

    @cached_property
    def _inheriting(self) -> "dict[ResolutionFilter, dict[int, list[int]]]":
        """Class → those that inherit from it directly, of all classes."""
        return _inheriting(self._graph)

    def _all_below(self, own: int, resolution: "ResolutionFilter") -> set[int]:
        """The classes below a class, at any distance."""
        known = self._all.get((own, resolution))
        if known is None:
            seen, frontier = {own}, [own]
            is_many = self._asked > _MANY or len(self._below) > _MANY
            directly = self._inheriting[resolution].get if is_many else partial(self._directly_below, resolution)
            while frontier:
                for below in directly(frontier.pop(), ()):
                    if below not in seen:
                        seen.add(below)
                        frontier.append(below)
            known = self._all[own, resolution] = seen - {own}
        return known

    def _directly_below(self, resolution: "ResolutionFilter", cls: int, _: tuple[int, ...]) -> list[int]:
        known = self._below.get((cls, resolution))
        if known is None:
            known = self._below[cls, resolution] = self._graph.neighbours(cls, EdgeKind.INHERITS, "in", resolution)
        return known


def _inheriting(graph: "Graph") -> "dict[ResolutionFilter, dict[int, list[int]]]":
    """Resolution → class → those that inherit from it directly, of all classes."""
    weakest = [resolution if kind == EdgeKind.INHERITS else _NEVER for kind, resolution, _ in graph.edge_types]
    resolutions = np.array(weakest or [_NEVER])[graph.out_type]
    edges = np.flatnonzero(resolutions <= Resolution.INFERRED)
    exact: dict[int, list[int]] = {}
    inferred: dict[int, list[int]] = {}
    columns = graph.out_target[edges].tolist(), sources_of(graph, edges).tolist(), resolutions[edges].tolist()
    for target, source, resolution in zip(*columns, strict=True):
        for base in members(graph, target & ~SET_BIT) if target & SET_BIT else (target,):
            inferred.setdefault(base, []).append(source)
            if resolution == Resolution.EXACT:
                exact.setdefault(base, []).append(source)
    return {"exact": exact, "inferred": inferred}


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
