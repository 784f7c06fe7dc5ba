"""Qualified names of many nodes: each string is decoded once, and what nodes stand in is named once for all of them."""

from typing import TYPE_CHECKING

import numpy as np

from lepasserelle.graph.excerpt import around
from lepasserelle.graph.spans import Numbers
from lepasserelle.model import NodeKind

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Graph


def qualified_names(graph: "Graph", nodes: Numbers) -> dict[int, str]:
    """Node → `Graph.qualified_name`, of these nodes and all that they stand in."""
    rows = graph.hot[(numbers := around(graph, [nodes]))]
    parents = np.where(rows["kind"] == NodeKind.EXTERNAL, -1, rows["parent"].astype(np.int64))
    found: dict[int, str] = {}
    for node, parent, name in zip(numbers.tolist(), parents.tolist(), graph.strings.texts(rows["name"]), strict=True):
        above = found.get(parent)
        if above is None:  # a module, what is outside, and what stands in something that comes later
            found[node] = graph.qualified_name(node)
        else:
            found[node] = f"{above}.{name}" if above else name
    return found
