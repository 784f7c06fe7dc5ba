"""What runs when an instance of a type is made: its constructors. A call of a class enters them, so that its edge leads to them.

Reads; never resolves, and no edge is stored or exported for it. A constructor that a type has from the one it inherits from is that
one's: its edges do not tell for which of them it was called.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from lepasserelle.graph.lookup import nodes_by_name, nodes_named
from lepasserelle.graph.spans import Numbers, spans
from lepasserelle.model import NodeKind

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Graph

_TYPE: Final = np.array([number in {int(kind) for kind in NodeKind if kind.is_type} for number in range(256)])
_MAKERS: Final = ("__new__",)
"""What makes an instance beside the constructors, and is a method as others are."""


def with_constructors(graph: "Graph", nodes: Sequence[int]) -> list[int]:
    """These nodes, each type followed by its own constructors; no node twice."""
    return list(graph.with_constructors(tuple(nodes)))


def found_with_constructors(graph: "Graph", nodes: Sequence[int]) -> tuple[int, ...]:
    """The same, found out anew: the graph remembers it, since what a question claims is of the same nodes as its answer."""
    asked = np.asarray(nodes, dtype=np.int64)
    types = asked[_TYPE[graph.kinds[asked]]]
    if not len(types):
        return tuple(nodes)
    makers = _makers(graph, types)
    parents = graph.hot["parent"][makers]
    by_type: dict[int, list[int]] = {}
    for node, parent in sorted(zip(makers.tolist(), parents.tolist(), strict=True)):
        by_type.setdefault(parent, []).append(node)
    return tuple(dict.fromkeys(one for node in nodes for one in (node, *by_type.get(node, ()))))


def _makers(graph: "Graph", types: Numbers) -> Numbers:
    """The constructors of these types, in their bodies, or named like them elsewhere."""
    starts, stops = types + 1, np.array([graph.end_of(node) for node in types.tolist()])
    inside, _ = spans(starts, np.maximum(starts, stops))
    names = {graph.name_numbers[node] for node in types.tolist()}
    near = np.concatenate([inside, *(nodes_by_name(graph, name) for name in names)])
    new = np.concatenate([nodes_named(graph, name) for name in _MAKERS])
    found = np.concatenate([near[graph.kinds[near] == NodeKind.CONSTRUCTOR], new]).astype(np.int64)
    return np.unique(found[np.isin(graph.hot["parent"][found], types) & (graph.kinds[found] != NodeKind.EXTERNAL)])
