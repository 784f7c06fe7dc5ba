"""The edges of many nodes at once, as columns. Reads; never resolves. Not records of them: `answers`, `edge_lists`."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.spans import Numbers, spans

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Direction, Graph


def slots(graph: "Graph", nodes: Numbers) -> tuple[Numbers, Numbers]:
    """(where edges can reach them, at which of the nodes): each node itself, then the candidate sets that hold it."""
    table = graph.sections["member_sets"]
    members, wanted = table[:, 0], nodes.astype("<u4")
    starts, stops = np.searchsorted(members, wanted), np.searchsorted(members, wanted, side="right")
    held, of = spans(starts, stops)
    own = np.arange(len(nodes))
    if not len(held):
        return nodes, own
    owners = np.concatenate([own, of])
    found = np.concatenate([nodes, graph.node_count + table[held, 1].astype(np.int64)])
    order = np.argsort(owners, kind="stable")
    return found[order], owners[order]


def incident(graph: "Graph", nodes: Numbers, direction: "Direction") -> tuple[Numbers, Numbers]:
    """(edge numbers, of which of the nodes each is), node by node: those that start at it (`out`) or reach it (`in`)."""
    if direction == "out":
        starts = _column(graph, "out_start")
        return spans(starts[nodes], starts[nodes + 1])
    starts = _column(graph, "in_start")
    reached, owners = slots(graph, nodes)
    places, of = spans(starts[reached], starts[reached + 1])
    return graph.in_edge[places].astype(np.int64), owners[of]


def degree(graph: "Graph", nodes: Numbers, direction: "Direction") -> int:
    """How many edges that is; no record of them is counted twice or left out."""
    starts = _column(graph, "out_start" if direction == "out" else "in_start")
    reached = nodes if direction == "out" else slots(graph, nodes)[0]
    return int((starts[reached + 1].astype(np.int64) - starts[reached]).sum())


def sources_of(graph: "Graph", edges: Numbers) -> Numbers:
    """The node that each edge starts at."""
    found: Numbers = np.searchsorted(_column(graph, "out_start"), edges.astype("<u4"), side="right") - 1
    return found


def _column(graph: "Graph", name: str) -> NDArray[np.uint32]:
    return graph.sections[name].view("<u4")
